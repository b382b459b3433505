import type { Duration } from './duration.ts'
import type { JsonValue } from './json.ts'

/**
 * Makes one payload of those that were collected in a group, in the order they came. When it throws, the
 * messages are kept and it is tried again.
 */
export type GroupAggregator = (
  group: string,
  payloads: readonly JsonValue[],
) => JsonValue | Promise<JsonValue>

/** How tasks of a group are collected into one job. A group is per group name and task type. */
export interface GroupConfig {
  /** Which groups: a name, or a pattern ending in `*`. Default: `*`, all. */
  readonly group?: string
  readonly aggregator: GroupAggregator
  /** Waits this long for another message after the newest one. Default: 5 s. */
  readonly gracePeriod?: Duration
  /** Waits no longer than this after the oldest message. Default: 30 s. */
  readonly maxDelay?: Duration
  /** Exactly this many messages are enough. Default: 100. */
  readonly maxSize?: number
}

/** What a `GroupConfig` leaves out, in milliseconds where it is time. */
export const groupDefaults = { gracePeriodMs: 5_000, maxDelayMs: 30_000, maxSize: 100 } as const

/** One task for a group. */
export interface EnqueueGroupOptions<Payload = JsonValue> {
  readonly group: string
  readonly taskType: string
  readonly payload: Payload
}

/** A task as it waits in its group. */
export interface GroupMessage {
  /** Its own id, though it never becomes a job by itself. */
  readonly jobId: string
  readonly taskType: string
  readonly payload: JsonValue
  /** Epoch milliseconds. */
  readonly addedAt: number
}

/** What became of a group: one payload of many. */
export interface AggregateResult {
  readonly group: string
  /** Messages that were collected. */
  readonly count: number
  readonly aggregatedPayload: JsonValue
}
