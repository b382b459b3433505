import { readFileSync } from 'node:fs'
import type { RedisSentinelOptions, RedisStoreOptions } from '@dureq/redis-store'
import { createSqliteStore } from '@dureq/sqlite-store'
import { type Logger, present, type Store } from '@dureq/types'
import { type Config, type RedisConfig, usesRedis } from './config/config.ts'

/** A store, and what people are told of where it is. */
export interface OpenStore {
  readonly store: Store
  readonly place: string
}

/** Opens the store the configuration names. The Redis client is loaded only where Redis is used. */
export async function openStore(config: Config, logger: Logger): Promise<OpenStore> {
  const { limits, sqlite, redis } = config
  if (!usesRedis(config))
    return { store: createSqliteStore({ ...sqlite, limits, logger }), place: `SQLite (${sqlite.path})` }
  const { createRedisStore } = await import('@dureq/redis-store')
  return { store: createRedisStore({ ...redisOptionsOf(redis), limits, logger }), place: 'Redis' }
}

/** The options of the Redis store, with what its TLS files hold. */
export function redisOptionsOf(redis: RedisConfig): RedisStoreOptions {
  const { url, cluster, username, password, db, connectionName, keyPrefix, partitions, commandTimeoutMs } =
    redis
  const usesTls = redis.tls || url?.startsWith('rediss://') === true
  return {
    ...present({ url, cluster, username, password, db, connectionName, sentinel: sentinelOf(redis) }),
    ...(usesTls && { tls: tlsOf(redis) }),
    keyPrefix,
    partitions,
    commandTimeoutMs,
  }
}

function sentinelOf(redis: RedisConfig): RedisSentinelOptions | undefined {
  const { sentinelMaster, sentinels = [], sentinelUsername, sentinelPassword, sentinelTls } = redis
  if (sentinelMaster === undefined) return undefined
  return {
    masterName: sentinelMaster,
    addresses: sentinels,
    ...present({ username: sentinelUsername, password: sentinelPassword }),
    ...(sentinelTls && { tls: tlsOf(redis) }),
  }
}

function tlsOf(redis: RedisConfig): Exclude<RedisStoreOptions['tls'], boolean | undefined> {
  const read = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : readFileSync(path, 'utf8')
  return {
    ...present({
      ca: read(redis.tlsCa),
      cert: read(redis.tlsCert),
      key: read(redis.tlsKey),
      passphrase: redis.tlsPassphrase,
      servername: redis.tlsServername,
    }),
    rejectUnauthorized: redis.tlsRejectUnauthorized,
  }
}
