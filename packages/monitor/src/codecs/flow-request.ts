import type { TaskTypeLimits } from '@dureq/client'
import { type KeySetting, present, type WhenFull } from '@dureq/types'

/** The limits of a task type on the wire. */
export interface TaskTypeLimitsWire {
  readonly rate_limit?: number
  readonly rate_burst?: number
  readonly max_running?: number
  readonly max_depth?: number
  readonly when_full?: string
}

/** The limits of a concurrency key on the wire. */
export interface KeySettingWire {
  readonly max_concurrency?: number
  readonly rate_limit?: number
  readonly rate_burst?: number
}

/** Reads limits whose types have been checked; the client checks the values. */
export function decodeTaskTypeLimits(wire: TaskTypeLimitsWire): TaskTypeLimits {
  return present({
    rateLimit: wire.rate_limit,
    rateBurst: wire.rate_burst,
    maxRunning: wire.max_running,
    maxDepth: wire.max_depth,
    whenFull: wire.when_full as WhenFull | undefined,
  })
}

/** Writes limits. */
export function encodeTaskTypeLimits(limits: TaskTypeLimits): TaskTypeLimitsWire {
  return present({
    rate_limit: limits.rateLimit,
    rate_burst: limits.rateBurst,
    max_running: limits.maxRunning,
    max_depth: limits.maxDepth,
    when_full: limits.whenFull,
  })
}

/** Reads limits whose types have been checked; the client checks the values. */
export function decodeKeySetting(wire: KeySettingWire): KeySetting {
  return present({
    maxConcurrency: wire.max_concurrency,
    rateLimit: wire.rate_limit,
    rateBurst: wire.rate_burst,
  })
}

/** Writes limits. */
export function encodeKeySetting(setting: KeySetting): KeySettingWire {
  return present({
    max_concurrency: setting.maxConcurrency,
    rate_limit: setting.rateLimit,
    rate_burst: setting.rateBurst,
  })
}
