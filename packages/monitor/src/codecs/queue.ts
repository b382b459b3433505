import type { KeyUsage, RateUsage, TaskTypeUsage, TierUsage, UnservedLine } from '@dureq/types'
import { encodeInstant, encodeOptionalInstant } from './instant.ts'

/** A rate limit and how it stands, on the wire. */
interface RateWire {
  readonly rate_limit?: number | undefined
  readonly rate_burst?: number | undefined
  /** Starts possible at once. */
  readonly rate_available?: number | undefined
  /** When the next start is possible; left out: now. */
  readonly rate_until?: string | undefined
}

/** A tier on the wire. `fetch_batch` is its weight: so many of it are taken in a round. */
export interface QueueWire extends RateWire {
  readonly name: string
  readonly weight: number
  readonly fetch_batch: number
  readonly paused: boolean
  /** Jobs that wait in its lines. */
  readonly size: number
  readonly running?: number | undefined
  readonly max_running?: number | undefined
  readonly oldest_waiting_at?: string | undefined
}

/** A task type on the wire. */
export interface TaskTypeWire extends RateWire {
  readonly task_type: string
  readonly paused: boolean
  readonly waiting: number
  readonly running: number
  readonly max_running?: number | undefined
  readonly max_depth?: number | undefined
  readonly oldest_waiting_at?: string | undefined
}

/** Work that no node takes, on the wire. */
export interface UnservedWire {
  readonly task_type: string
  readonly version?: string | undefined
  readonly waiting: number
  readonly since: string
}

/** A concurrency key on the wire. */
export interface KeyWire extends RateWire {
  readonly key: string
  readonly active_slots: number
  readonly active_run_ids: readonly string[]
  readonly max_concurrency?: number | undefined
  readonly waiting: number
  readonly throttled_until?: string | undefined
  readonly holders: readonly { readonly run_id: string; readonly job_id: string; readonly node_id: string }[]
}

/** Writes a tier. */
export function encodeQueue(tier: TierUsage): QueueWire {
  return {
    name: tier.name,
    weight: tier.weight,
    fetch_batch: tier.weight,
    ...encodeRate(tier.rate),
    paused: tier.paused,
    size: tier.waiting,
    running: tier.running,
    max_running: tier.maxRunning,
    oldest_waiting_at: encodeOptionalInstant(tier.oldestAt),
  }
}

/** Writes a task type. */
export function encodeTaskType(usage: TaskTypeUsage): TaskTypeWire {
  return {
    task_type: usage.taskType,
    paused: usage.paused,
    waiting: usage.waiting,
    running: usage.running,
    max_running: usage.maxRunning,
    max_depth: usage.maxDepth,
    ...encodeRate(usage.rate),
    oldest_waiting_at: encodeOptionalInstant(usage.oldestAt),
  }
}

/** Writes work that nobody takes. */
export function encodeUnserved({ taskType, version, waiting, since }: UnservedLine): UnservedWire {
  return { task_type: taskType, version, waiting, since: encodeInstant(since) }
}

/** Writes a concurrency key. */
export function encodeKey(usage: KeyUsage): KeyWire {
  const { holders } = usage
  return {
    key: usage.key,
    active_slots: usage.running,
    active_run_ids: holders.map(({ runId }) => runId),
    max_concurrency: usage.limit,
    waiting: usage.waiting,
    ...encodeRate(usage.rate),
    throttled_until: encodeOptionalInstant(usage.throttledUntil),
    holders: holders.map(({ runId, firingId, nodeId }) => ({
      run_id: runId,
      job_id: firingId,
      node_id: nodeId,
    })),
  }
}

function encodeRate(rate: RateUsage | undefined): RateWire {
  if (rate === undefined) return {}
  return {
    rate_limit: rate.rateLimit,
    rate_burst: rate.rateBurst,
    rate_available: rate.available,
    rate_until: encodeOptionalInstant(rate.until),
  }
}
