import type { ConnectionOptions } from 'node:tls'
import { Cluster, Redis } from 'ioredis'
import type { RedisStoreOptions, ResolvedRedisOptions } from './options.ts'

/** A connection of either kind; the scripts and reads used here are the same on both. */
export type Connection = Redis | Cluster

/** What a connection is for: commands, one blocking call after another, or pub/sub. */
export type ConnectionUse = 'command' | 'blocking' | 'subscriber'

/**
 * Opens a connection that reconnects by itself for ever. ioredis neither queues commands while it is away nor
 * repeats those it got no reply to: repeating is ours, under the same call key.
 */
export function connect(options: ResolvedRedisOptions, use: ConnectionUse): Connection {
  const connection = options.cluster ? openCluster(options) : openSingle(options)
  // Every failed command reports its own error; without a listener ioredis prints each connection error as well.
  connection.on('error', (err: unknown) => options.logger.debug({ err, use }, 'redis connection error'))
  return connection
}

function openSingle(options: ResolvedRedisOptions): Redis {
  const { sentinel, url = 'redis://127.0.0.1:6379' } = options
  if (sentinel === undefined) return new Redis(withCredentials(url, options), redisOptions(options))
  return new Redis({
    ...redisOptions(options),
    name: sentinel.masterName,
    sentinels: sentinel.addresses.map(hostAndPort),
    sentinelRetryStrategy: pauseMs,
    ...(sentinel.username === undefined ? {} : { sentinelUsername: sentinel.username }),
    ...(sentinel.password === undefined ? {} : { sentinelPassword: sentinel.password }),
    ...(tlsOf(sentinel.tls) && { sentinelTLS: tlsOf(sentinel.tls) }),
    enableTLSForSentinelMode: tlsOf(options.tls) !== undefined,
  })
}

/** The URL with what wins over it: ioredis takes what a URL says over its options. */
function withCredentials(url: string, { username, password, db }: ResolvedRedisOptions): string {
  const place = new URL(url)
  if (username !== undefined) place.username = username
  if (password !== undefined) place.password = password
  if (db !== undefined) place.pathname = `/${db}`
  return place.href
}

function openCluster(options: ResolvedRedisOptions): Cluster {
  return new Cluster((options.cluster ?? []).map(hostAndPort), {
    enableOfflineQueue: false,
    clusterRetryStrategy: pauseMs,
    redisOptions: redisOptions(options),
  })
}

function redisOptions(options: ResolvedRedisOptions) {
  const { username, password, db, connectionName } = options
  const tls = tlsOf(options.tls)
  return {
    // Replies have one shape on every server and proxy.
    protocol: 2 as const,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: true,
    // Commands without a reply fail as soon as their connection does.
    maxRetriesPerRequest: 0,
    connectTimeout: options.commandTimeoutMs,
    retryStrategy: pauseMs,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(db === undefined ? {} : { db }),
    ...(connectionName === undefined ? {} : { connectionName }),
    ...(tls === undefined ? {} : { tls }),
  }
}

function tlsOf(tls: RedisStoreOptions['tls']): ConnectionOptions | undefined {
  if (tls === undefined || tls === false) return undefined
  return tls === true ? {} : tls
}

/** Pause before the n-th attempt to connect. */
function pauseMs(attempt: number): number {
  return Math.min(attempt * 50, 1_000)
}

function hostAndPort(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) }
}
