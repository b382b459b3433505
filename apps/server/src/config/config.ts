import type { SizeLimits } from '@dureq/types'
import type { ApiConfig } from './groups/api.ts'
import type { EngineConfig } from './groups/engines.ts'
import type { HealthConfig } from './groups/health.ts'
import type { NodeConfig } from './groups/node.ts'
import type { RedisConfig } from './groups/redis.ts'
import type { SchedulerConfig } from './groups/scheduler.ts'
import type { SettingsConfig } from './groups/settings.ts'
import type { SqliteConfig } from './groups/sqlite.ts'
import type { WorkerConfig } from './groups/worker.ts'

export type { BuiltinName, Mode } from './groups/node.ts'
export { builtinNames } from './groups/node.ts'
export type { RedisConfig } from './groups/redis.ts'
export type { SettingsConfig } from './groups/settings.ts'

/** The configuration with every default filled in. */
export interface Config extends NodeConfig {
  readonly api: ApiConfig
  readonly health: HealthConfig
  readonly worker: WorkerConfig
  readonly scheduler: SchedulerConfig
  readonly workflow: EngineConfig
  readonly batch: EngineConfig
  readonly limits: SizeLimits
  readonly sqlite: SqliteConfig
  readonly redis: RedisConfig
  readonly settings: SettingsConfig
}

/** Whether the node uses Redis rather than the embedded store. */
export function usesRedis({ redis }: Config): boolean {
  return redis.url !== undefined || redis.cluster !== undefined || redis.sentinelMaster !== undefined
}

/** Whether requests to the API have to carry a token. */
export function hasTokens({ apiToken, api }: Config): boolean {
  return apiToken !== undefined || api.tokens.length > 0
}
