import type { HandlerSet, NodeInfo, RunRecord } from '@dureq/types'
import type { Connection } from './connection.ts'
import { forgetHandlerSets, saveHandlerSet } from './handler-sets.ts'
import type { Step } from './step.ts'

/** A node that stopped announcing is remembered this long, so that its crash is told once, whatever it does. */
const MEMORY_MS = 24 * 60 * 60 * 1000

/** A node as it is stored. */
interface StoredNode {
  readonly startedAt: number
  /** Undefined once it was taken off. */
  readonly info: NodeInfo | undefined
  readonly handlerSet: string | undefined
  readonly draining: boolean
  readonly crashed: boolean
}

function readNode(db: Connection, nodeId: string): StoredNode | undefined {
  const row = db.get('SELECT started_at, info, handler_set, draining, crashed FROM nodes WHERE id = ?', [
    nodeId,
  ])
  if (row === undefined) return undefined
  const [startedAt, info, handlerSet, draining, crashed] = row
  return {
    startedAt: startedAt as number,
    info: info === null ? undefined : (JSON.parse(info as string) as NodeInfo),
    handlerSet: (handlerSet as string | null) ?? undefined,
    draining: draining === 1,
    crashed: crashed === 1,
  }
}

/** What a node says when it announces itself. */
export interface Announcement {
  readonly info: NodeInfo
  readonly handlers: HandlerSet | undefined
  readonly ttlMs: number
}

/** Stores an announcement; answers whether the node is to drain. */
export function announceNode(step: Step, { info, handlers, ttlMs }: Announcement): boolean {
  const { nodeId, startedAt } = info
  const known = readNode(step.db, nodeId)
  const before = known?.startedAt === startedAt ? known : undefined
  const draining = before?.draining ?? false
  const expiresAt = step.now + ttlMs
  step.db.run(
    'INSERT OR REPLACE INTO nodes (id, started_at, info, handler_set, expires_at, draining, crashed) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?)',
    [
      nodeId,
      startedAt,
      JSON.stringify({ ...info, lastHeartbeat: step.now }),
      handlers?.id ?? null,
      expiresAt,
      draining ? 1 : 0,
      before?.crashed ? 1 : 0,
    ],
  )
  if (handlers !== undefined) saveHandlerSet(step.db, handlers)
  if (known?.handlerSet !== handlers?.id) changeHandlers(step)
  if (before === undefined) step.events.push({ type: 'node.joined', timestamp: step.now, nodeId })
  step.news.dueAt = Math.min(step.news.dueAt, expiresAt)
  return draining
}

/** Takes a node off that says good-bye. */
export function dropNode(step: Step, nodeId: string): void {
  if (readNode(step.db, nodeId)?.info === undefined) return
  step.db.run('DELETE FROM nodes WHERE id = ?', [nodeId])
  changeHandlers(step)
  step.events.push({ type: 'node.left', timestamp: step.now, nodeId })
  step.news.goneNodes.add(nodeId)
}

/** Sets the drain flag of a live node; false when there is none. */
export function setDraining(step: Step, nodeId: string, draining: boolean): boolean {
  const sql = 'UPDATE nodes SET draining = ? WHERE id = ? AND info IS NOT NULL AND expires_at > ?'
  const found = step.db.run(sql, [draining ? 1 : 0, nodeId, step.now]) > 0
  if (found) step.news.drainNodes.add(nodeId)
  return found
}

/** The drain flag of a node; undefined when it is not announced. */
export function isDraining(db: Connection, nodeId: string): boolean | undefined {
  const row = db.get('SELECT draining FROM nodes WHERE id = ? AND info IS NOT NULL', [nodeId])
  return row && row[0] === 1
}

/** The nodes whose announcement has not expired, by id. */
export function liveNodes(db: Connection, now: number): readonly NodeInfo[] {
  const sql = 'SELECT info, draining FROM nodes WHERE info IS NOT NULL AND expires_at > ? ORDER BY id'
  return db.all(sql, [now]).map(([text, draining]) => {
    const info = JSON.parse(text as string) as NodeInfo
    return draining === 1 ? { ...info, draining: true } : info
  })
}

/** Takes up to `limit` nodes off that have stopped announcing; answers with how many rows changed. */
export function expireNodes(step: Step, limit: number): number {
  const sql = 'SELECT id, info IS NULL, crashed FROM nodes WHERE expires_at <= ? ORDER BY expires_at LIMIT ?'
  const rows = step.db.all(sql, [step.now, limit]) as readonly (readonly [string, number, number])[]
  for (const [nodeId, isMemory, crashed] of rows) {
    if (isMemory === 1) step.db.run('DELETE FROM nodes WHERE id = ?', [nodeId])
    else expireNode(step, nodeId, crashed === 1)
  }
  if (rows.length > 0) changeHandlers(step)
  return rows.length
}

function expireNode(step: Step, nodeId: string, crashed: boolean): void {
  step.db.run(
    'UPDATE nodes SET info = NULL, handler_set = NULL, draining = 0, crashed = 1, expires_at = ? WHERE id = ?',
    [step.now + MEMORY_MS, nodeId],
  )
  step.news.goneNodes.add(nodeId)
  if (!crashed) step.events.push({ type: 'node.crash_detected', timestamp: step.now, nodeId })
}

/** Tells of the crash of announced nodes whose started runs are about to be reclaimed; once per start of a node. */
export function noteCrashes(step: Step, reclaimed: readonly RunRecord[]): void {
  const runsByNode = new Map<string, string[]>()
  for (const { nodeId, id } of reclaimed) runsByNode.set(nodeId, [...(runsByNode.get(nodeId) ?? []), id])
  for (const [nodeId, affectedRunIds] of runsByNode) {
    const sql = 'UPDATE nodes SET crashed = 1 WHERE id = ? AND info IS NOT NULL AND crashed = 0'
    if (step.db.run(sql, [nodeId]) === 0) continue
    step.events.push({ type: 'node.crash_detected', timestamp: step.now, nodeId, affectedRunIds })
  }
}

/** What the nodes can run is not what it was. */
function changeHandlers(step: Step): void {
  forgetHandlerSets(step)
  step.numbers.handlers++
  step.news.handlers = true
}
