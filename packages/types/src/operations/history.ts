import type { JobRecord } from '../job.ts'
import type { JsonValue } from '../json.ts'
import type { RunStatus } from '../run-status.ts'
import type { InstanceHead } from '../store/instances.ts'

/** Which dead firings to list. All that are given must fit. */
export interface DeadFilter {
  readonly taskType?: string
  readonly tag?: string
  /** A part of the id, the task type or the error, in any case of letters. */
  readonly search?: string
}

/** Which runs to list. All that are given must fit. */
export interface RunFilter {
  /** `claimed` and `running` both give what is leased. */
  readonly status?: RunStatus
  /** A job or firing. */
  readonly jobId?: string
  readonly nodeId?: string
  readonly taskType?: string
  /** Started at this time or later, and before that one; epoch ms. */
  readonly from?: number
  readonly to?: number
}

/** What to look for in payloads. */
export interface SearchQuery {
  /**
   * Members and places in lists on the way to the value, as `['customer', 'orders', 0, 'id']`; empty means the payload as a
   * whole. At most 32.
   */
  readonly path: readonly (string | number)[]
  /** Must be equal in type and value: `"1"` is not `1`, objects are equal whatever the order of their members. */
  readonly value: JsonValue
  readonly taskType?: string
}

/** What to look for in what workflows and batches were started with. */
export interface InstanceQuery extends Pick<SearchQuery, 'path' | 'value'> {
  /** Of the definition. */
  readonly name?: string
}

/** One page of a search for workflows or batches; as `SearchPage`. */
export interface InstanceSearchPage {
  /** Newest first. */
  readonly rows: readonly InstanceHead[]
  /** Instances looked at by this call. */
  readonly scanned: number
  /** Absent: there are no more. */
  readonly cursor?: string
}

/** One page of a search. It may have fewer rows than asked for, even none, with a cursor that goes on: a call is bounded. */
export interface SearchPage {
  /** Newest first. */
  readonly rows: readonly JobRecord[]
  /** Jobs looked at by this call. */
  readonly scanned: number
  /** Absent: there are no more. */
  readonly cursor?: string
}

/** What was executed on one UTC day. */
export interface DailyCount {
  /** `2026-11-24`. */
  readonly date: string
  /** Runs that succeeded, those that were skipped or repeat included. */
  readonly processed: number
  /** Attempts that failed, those lost with a node included; what a handler paused, handed back or gave up to a cancel is none. */
  readonly failed: number
  /** Leases that expired and were taken back, whatever became of the run: its node had fallen silent. */
  readonly reclaimed: number
}

/** UTC days of which counts are kept. */
export const DAILY_COUNTS_KEPT = 91
