import { createSqliteStore } from '@dureq/sqlite-store'
import type { Logger, Store } from '@dureq/types'
import { type Config, type RedisConfig, usesRedis } from './config/config.ts'

/** A store, and what people are told of where it is. */
export interface OpenStore {
  readonly store: Store
  readonly place: string
}

/** Opens the store the configuration names. The Redis client is loaded only where Redis is used. */
export async function openStore(config: Config, logger: Logger): Promise<OpenStore> {
  if (usesRedis(config)) return openRedis(config.redis, logger)
  const { path, durability } = config.sqlite
  return { store: createSqliteStore({ path, durability, logger }), place: `SQLite (${path})` }
}

async function openRedis(redis: RedisConfig, logger: Logger): Promise<OpenStore> {
  const { createRedisStore } = await import('@dureq/redis-store')
  const { sentinelMaster, sentinels: _, sentinelPassword: __, ...rest } = redis
  const sentinel = sentinelMaster === undefined ? {} : { sentinel: sentinelOf(redis) }
  return { store: createRedisStore({ ...rest, ...sentinel, logger }), place: 'Redis' }
}

function sentinelOf({ sentinelMaster = '', sentinels = [], sentinelPassword }: RedisConfig) {
  const base = { masterName: sentinelMaster, addresses: sentinels }
  return sentinelPassword === undefined ? base : { ...base, password: sentinelPassword }
}
