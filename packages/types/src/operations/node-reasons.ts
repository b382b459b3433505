import type { JobRecord } from '../job.ts'
import type { NodeInfo } from '../node-info.ts'
import { matchHandler } from '../pattern.ts'
import type { WaitReason } from './explanation.ts'

/**
 * Why no node takes work of this kind; none when one can.
 *
 * @param running how many jobs of the type run, over all nodes.
 */
export function nodeReasons(
  { taskType, version }: Pick<JobRecord, 'taskType' | 'version'>,
  nodes: readonly NodeInfo[],
  running = 0,
): readonly WaitReason[] {
  const serving = nodes.filter((node) => handlerName(node, taskType) !== undefined)
  if (serving.length === 0) return [{ kind: 'noNode', taskType }]
  const fitting = serving.filter((node) => takesVersion(node, taskType, version))
  if (fitting.length === 0) return [noVersion(serving, taskType, version ?? '')]
  const working = fitting.filter(({ draining }) => draining !== true)
  if (working.length === 0) return [{ kind: 'draining', nodes: idsOf(fitting) }]
  const isFull = working.every(isBusy) || running >= roomFor(working, taskType)
  return isFull ? [{ kind: 'nodesBusy', nodes: idsOf(working) }] : []
}

function handlerName({ taskTypes }: NodeInfo, taskType: string): string | undefined {
  return matchHandler(taskTypes, taskType)
}

function servedVersion(node: NodeInfo, taskType: string): string | undefined {
  const name = handlerName(node, taskType) ?? ''
  const versions = node.handlerVersions ?? {}
  return Object.hasOwn(versions, name) ? versions[name] : undefined
}

/** A handler without a version takes work of any, and every handler takes work without one. */
function takesVersion(node: NodeInfo, taskType: string, version: string | undefined): boolean {
  const served = servedVersion(node, taskType)
  return served === undefined || version === undefined || served === version
}

function noVersion(serving: readonly NodeInfo[], taskType: string, version: string): WaitReason {
  const served = new Set(serving.map((node) => servedVersion(node, taskType) ?? ''))
  return { kind: 'noVersion', version, served: [...served].sort() }
}

function isBusy({ poolStats }: NodeInfo): boolean {
  return (
    poolStats !== undefined && poolStats.runningWorkers + poolStats.queueLength >= poolStats.maxConcurrency
  )
}

/** How many jobs of a type these nodes run at once at most, as far as its handlers limit that. */
function roomFor(nodes: readonly NodeInfo[], taskType: string): number {
  const rooms = nodes.map((node) => {
    const handlers = node.handlers ?? {}
    const name = handlerName(node, taskType) ?? ''
    return (
      (Object.hasOwn(handlers, name) ? handlers[name]?.concurrency : undefined) ?? Number.POSITIVE_INFINITY
    )
  })
  return rooms.reduce((sum, room) => sum + room, 0)
}

function idsOf(nodes: readonly NodeInfo[]): readonly string[] {
  return nodes.map(({ nodeId }) => nodeId)
}
