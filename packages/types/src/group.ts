import type { Duration } from './duration.ts'
import type { JsonValue } from './json.ts'

/**
 * Makes one payload of those that were collected in a group, in the order they came. When it throws, the
 * messages are kept and it is tried again.
 */
export type GroupAggregator<Payload = JsonValue> = (
  group: string,
  payloads: readonly Payload[],
  context: GroupAggregatorContext,
) => Payload | Promise<Payload>

/** What an aggregator is told besides. */
export interface GroupAggregatorContext {
  readonly taskType: string
  /** 1 for the first try with these messages. */
  readonly attempt: number
  /** Aborts when its time is over, or its node stops without waiting any longer. */
  readonly signal: AbortSignal
}

/** How tasks of a group are collected into one job. A group is per group name and task type. */
export interface GroupConfig {
  /** Which groups: a name, or a pattern ending in `*`. Default: `*`, all. */
  readonly group?: string
  /** Which task type. Default: whatever it is. */
  readonly taskType?: string
  readonly aggregator: GroupAggregator
  /** Waits this long for another message after the newest one. Default: 5 s. */
  readonly gracePeriod?: Duration
  /** Waits no longer than this after the oldest message. Default: 30 s. */
  readonly maxDelay?: Duration
  /** Exactly this many messages are enough. Default: 100. */
  readonly maxSize?: number
}

/** How the messages of groups are collected, as the settings of the store keep it. */
export interface GroupSetting {
  /** Names it: the pattern of groups, and after a line break the task type if it holds for one only. */
  readonly key: string
  /** A group, or a pattern ending in `*`. */
  readonly group: string
  /** Absent: whatever the task type. */
  readonly taskType?: string
  readonly gracePeriodMs: number
  readonly maxDelayMs: number
  /** 1-10,000. */
  readonly maxSize: number
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

/** What the aggregator keeps in the head of a group whose messages it could not put together (`InstanceHead.state`). */
export interface GroupState {
  /** How often it has failed. */
  readonly attempts?: number
  /** Why it failed last. */
  readonly error?: string
  /** When it is tried next, epoch ms. */
  readonly retryAt?: number
}
