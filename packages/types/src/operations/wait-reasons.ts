import { isTerminalJobStatus } from '../job-status.ts'
import type { NodeInfo } from '../node-info.ts'
import { present } from '../present.ts'
import type { Priority } from '../priority.ts'
import type { Settings } from '../settings/settings.ts'
import { tierForPriority } from '../settings/tier.ts'
import type { Standing, WaitReason } from './explanation.ts'
import { limitReasons } from './limit-reasons.ts'
import { nodeReasons } from './node-reasons.ts'

/** What the store does not say of a job itself: what holds, and who works. */
export interface ExplainContext {
  readonly settings: Pick<Settings, 'tiers' | 'taskTypes'>
  /** The nodes that live. */
  readonly nodes: readonly NodeInfo[]
}

/** Why one firing or one-shot job is where it is, the most decisive reason first; never empty. */
export function reasonsOf(standing: Standing, context: ExplainContext): readonly WaitReason[] {
  const { record, lease } = standing
  if (isTerminalJobStatus(record.status)) return [endedReason(standing)]
  if (lease !== undefined) return [leasedReason(standing, lease)]
  if (record.status === 'paused') return [present({ kind: 'paused' as const, resumeAt: record.resumeAt })]
  if (standing.held) return [heldReason(standing)]
  return waitingReasons(standing, context)
}

function endedReason({ record: { status, result, lastError } }: Standing): WaitReason {
  const error = status === 'completed' ? undefined : (result?.error ?? lastError)
  return present({ kind: 'ended' as const, status, error })
}

function leasedReason({ cancelRequested }: Standing, lease: NonNullable<Standing['lease']>): WaitReason {
  const { runId, firingId, nodeId, claimedAt: since, started } = lease
  const holder = { runId, firingId, nodeId }
  if (cancelRequested !== undefined) return { kind: 'cancelling', holder, reason: cancelRequested }
  return { kind: started ? 'running' : 'claimed', holder, since }
}

function heldReason({ record, unfinished = [] }: Standing): WaitReason {
  const ids = unfinished.map(({ id }) => id)
  const place = ids.indexOf(record.id)
  return { kind: 'held', behind: place < 0 ? ids : ids.slice(0, place) }
}

/** What keeps a job from being claimed: the time, then what would keep it when the time has come. */
function waitingReasons(standing: Standing, context: ExplainContext): readonly WaitReason[] {
  const time = timeReason(standing)
  const ofNodes = nodeReasons(standing.record, context.nodes, standing.taskType?.running)
  const blocking = [...pauseReasons(standing, context), ...ofNodes]
  // Busy nodes are the weakest of these reasons: what is full or limited would keep it also from an idle one.
  const busy = blocking.filter(({ kind }) => kind === 'nodesBusy')
  const firm = blocking.filter(({ kind }) => kind !== 'nodesBusy')
  // When the time has come and it is still there, the time is not what keeps it: no node may be left that would look.
  if (time !== undefined) return isOver(standing) ? [...firm, time] : [time, ...firm]
  return [...firm, ...limitReasons(standing), ...busy, lineReason(standing)]
}

function isOver({ record: { nextRunAt = 0 }, now }: Standing): boolean {
  return nextRunAt <= now
}

function timeReason({ record }: Standing): WaitReason | undefined {
  const { status, nextRunAt: until, attempt, lastError: error } = record
  if (until === undefined) return undefined
  if (status === 'retrying') return present({ kind: 'retrying' as const, until, attempt, error })
  return status === 'scheduled' ? { kind: 'delayed', until } : undefined
}

function pauseReasons({ record, ...standing }: Standing, { settings }: ExplainContext): WaitReason[] {
  const { priority, taskType } = record
  const tier = standing.tier?.name ?? tierForPriority(priority as Priority, settings.tiers)
  const setting = settings.tiers.find(({ name }) => name === tier)
  const reasons: WaitReason[] = []
  if (standing.tier?.paused ?? setting?.paused) reasons.push({ kind: 'tierPaused', tier })
  const ofType = Object.hasOwn(settings.taskTypes, taskType) ? settings.taskTypes[taskType] : undefined
  if (standing.taskType?.paused ?? ofType?.paused) reasons.push({ kind: 'taskTypePaused', taskType })
  return reasons
}

function lineReason({ inLine = 0, record }: Standing): WaitReason {
  return { kind: 'inLine', waiting: inLine, since: record.updatedAt }
}
