import type { FiringOutcome, SkippedTimes, StoredSchedule } from '@dureq/types'
import { encodeInstant, encodeOptionalInstant, UNSET_INSTANT } from './instant.ts'
import { encodeSchedule, type ScheduleWire } from './schedule.ts'

/** Times that were passed over, as one record. */
interface SkipWire {
  readonly from: string
  readonly to: string
  readonly count: number
  readonly reason: string
}

/**
 * The schedule of a recurring job on the wire. `job_id`, `next_run_at`, `schedule` and `last_processed_at` are the names of
 * the Go implementation, the others are ours.
 */
export interface ScheduleEntryWire {
  readonly job_id: string
  readonly task_type: string
  readonly status: string
  readonly schedule: ScheduleWire
  /** Year 1 when nothing is left to fire. */
  readonly next_run_at: string
  /** The last time that was fired or skipped. */
  readonly last_processed_at?: string | undefined
  readonly created_at: string
  readonly unfinished: readonly { readonly firing_id: string; readonly state: string }[]
  readonly skipped_times: number
  readonly skips: readonly SkipWire[]
}

/** Writes a schedule and how it stands. */
export function encodeScheduleEntry(entry: StoredSchedule): ScheduleEntryWire {
  return {
    job_id: entry.jobId,
    task_type: entry.taskType,
    status: entry.status,
    schedule: encodeSchedule(entry.schedule),
    next_run_at: encodeOptionalInstant(entry.next?.nextRunAt) ?? UNSET_INSTANT,
    last_processed_at: encodeOptionalInstant(entry.lastFiredAt),
    created_at: encodeInstant(entry.createdAt),
    unfinished: entry.unfinished.map(({ firingId, state }) => ({ firing_id: firingId, state })),
    skipped_times: entry.skippedTimes,
    skips: entry.skips.map(encodeSkip),
  }
}

function encodeSkip({ from, to, count, reason }: SkippedTimes): SkipWire {
  return { from: encodeInstant(from), to: encodeInstant(to), count, reason }
}

/** What became of a firing that was asked for. */
export interface FiringOutcomeWire {
  readonly job_id: string
  readonly firing_id: string
  readonly at: string
  readonly status: FiringOutcome['kind']
}

/** Writes what became of a firing. */
export function encodeFiringOutcome(jobId: string, { firingId, at, kind }: FiringOutcome): FiringOutcomeWire {
  return { job_id: jobId, firing_id: firingId, at: encodeInstant(at), status: kind }
}
