import {
  type FiringCaps,
  type HandlerSetting,
  type NodeSetting,
  present,
  type Retention,
  type SchedulerSetting,
  type TierConfig,
  type VersionedSettings,
} from '@dureq/types'
import {
  encodeKeySetting,
  encodeTaskTypeLimits,
  type KeySettingWire,
  type TaskTypeLimitsWire,
} from './flow-request.ts'
import { encodeOptionalLength } from './length.ts'
import { type Members, objectOf, readLength } from './wire-members.ts'

/** The settings on the wire; lengths of time are Go durations. */
export interface ConfigWire {
  readonly version: number
  readonly handlers: Readonly<Record<string, HandlerSettingWire>>
  readonly nodes: NodeSettingWire
  readonly scheduler: SchedulerSettingWire
  readonly retention: RetentionWire
  readonly tiers: readonly TierWire[]
  readonly task_types: Readonly<Record<string, TaskTypeLimitsWire & { readonly paused?: boolean }>>
  readonly keys: Readonly<Record<string, KeySettingWire>>
  readonly unserved_after?: string | undefined
}

interface HandlerSettingWire {
  readonly concurrency?: number | undefined
  readonly timeout?: string | undefined
  readonly max_attempts?: number | undefined
}

interface NodeSettingWire {
  readonly max_concurrency?: number | undefined
}

interface SchedulerSettingWire {
  readonly max_backfill_per_tick?: number | undefined
  readonly tick_interval?: string | undefined
}

interface RetentionWire {
  readonly completed: string | undefined
  readonly dead: string | undefined
  readonly cancelled: string | undefined
  readonly completed_count?: number | undefined
  readonly dead_count?: number | undefined
  readonly cancelled_count?: number | undefined
  readonly firings?: FiringCaps | undefined
}

interface TierWire {
  readonly name: string
  readonly min_priority: number
  readonly weight: number
  readonly rate_limit?: number | undefined
  readonly rate_burst?: number | undefined
  readonly max_running?: number | undefined
  readonly paused?: boolean | undefined
}

/** Writes the settings. */
export function encodeConfig({ version, settings }: VersionedSettings): ConfigWire {
  return {
    version,
    handlers: mapEntries(settings.handlers, encodeHandler),
    nodes: encodeNodes(settings.nodes),
    scheduler: encodeScheduler(settings.scheduler),
    retention: encodeRetention(settings.retention),
    tiers: settings.tiers.map(encodeTier),
    task_types: mapEntries(settings.taskTypes, ({ paused, ...limits }) => ({
      ...encodeTaskTypeLimits(limits),
      ...(paused !== undefined && { paused }),
    })),
    keys: mapEntries(settings.keys, encodeKeySetting),
    unserved_after: encodeOptionalLength(settings.unservedMs),
  }
}

function mapEntries<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}

function encodeHandler({ concurrency, timeoutMs, maxAttempts }: HandlerSetting): HandlerSettingWire {
  return { concurrency, timeout: encodeOptionalLength(timeoutMs), max_attempts: maxAttempts }
}

function encodeNodes({ maxConcurrency }: NodeSetting): NodeSettingWire {
  return { max_concurrency: maxConcurrency }
}

function encodeScheduler({ maxBackfillPerTick, tickIntervalMs }: SchedulerSetting): SchedulerSettingWire {
  return {
    max_backfill_per_tick: maxBackfillPerTick,
    tick_interval: encodeOptionalLength(tickIntervalMs),
  }
}

function encodeRetention(retention: Retention): RetentionWire {
  return {
    completed: encodeOptionalLength(retention.completedMs),
    dead: encodeOptionalLength(retention.deadMs),
    cancelled: encodeOptionalLength(retention.cancelledMs),
    completed_count: retention.completedCount,
    dead_count: retention.deadCount,
    cancelled_count: retention.cancelledCount,
    firings: retention.firings,
  }
}

function encodeTier(tier: TierConfig): TierWire {
  return {
    name: tier.name,
    min_priority: tier.minPriority,
    weight: tier.weight,
    ...present({
      rate_limit: tier.rateLimit,
      rate_burst: tier.rateBurst,
      max_running: tier.maxRunning,
      paused: tier.paused,
    }),
  }
}

/** How the settings of a handler are read. */
export const handlerMembers: Members = {
  concurrency: { name: 'concurrency' },
  timeout: { name: 'timeoutMs', read: readLength },
  max_attempts: { name: 'maxAttempts' },
}

/** How those of all nodes are read. */
export const nodeMembers: Members = { max_concurrency: { name: 'maxConcurrency' } }

/** How those of schedulers are read. */
export const schedulerMembers: Members = {
  max_backfill_per_tick: { name: 'maxBackfillPerTick' },
  tick_interval: { name: 'tickIntervalMs', read: readLength },
}

const firingMembers: Members = {
  completed: { name: 'completed' },
  dead: { name: 'dead' },
  cancelled: { name: 'cancelled' },
}

/** How the retention is read. */
export const retentionMembers: Members = {
  completed: { name: 'completedMs', read: readLength },
  dead: { name: 'deadMs', read: readLength },
  cancelled: { name: 'cancelledMs', read: readLength },
  completed_count: { name: 'completedCount' },
  dead_count: { name: 'deadCount' },
  cancelled_count: { name: 'cancelledCount' },
  firings: { name: 'firings', read: objectOf(() => firingMembers) },
}

/** How a tier is read. */
export const tierMembers: Members = {
  name: { name: 'name' },
  min_priority: { name: 'minPriority' },
  weight: { name: 'weight' },
  rate_limit: { name: 'rateLimit' },
  rate_burst: { name: 'rateBurst' },
  max_running: { name: 'maxRunning' },
  paused: { name: 'paused' },
}
