import type { builtinNames, modeNames } from './schema.ts'

/** A mode a node can be told to run. */
export type Mode = (typeof modeNames)[number]

/** A handler the server brings along. */
export type BuiltinName = (typeof builtinNames)[number]

/** The configuration with every default filled in. */
export interface Config {
  readonly nodeId?: string
  readonly modes: readonly Mode[]
  readonly host: string
  readonly port: number
  readonly apiToken?: string
  readonly concurrency: number
  readonly leaseMs: number
  readonly leaderTtlMs: number
  readonly drainTimeoutMs: number
  readonly builtinHandlers: readonly BuiltinName[]
  /** Absolute paths. */
  readonly handlers: readonly string[]
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly sqlite: { readonly path: string; readonly durability: 'process' | 'power' }
  readonly redis: RedisConfig
}

/** Where Redis is; used when one of url, cluster and sentinelMaster is given. */
export interface RedisConfig {
  readonly url?: string
  readonly cluster?: readonly string[]
  readonly sentinelMaster?: string
  readonly sentinels?: readonly string[]
  readonly sentinelPassword?: string
  readonly username?: string
  readonly password?: string
  readonly db?: number
  readonly tls?: boolean
  readonly keyPrefix: string
  readonly partitions: number
}

/** Whether the node uses Redis rather than the embedded store. */
export function usesRedis({ redis }: Config): boolean {
  return redis.url !== undefined || redis.cluster !== undefined || redis.sentinelMaster !== undefined
}
