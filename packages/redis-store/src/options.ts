import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { Clock, Logger, SizeLimits } from '@dureq/types'
import { defaultSizeLimits, Faults, silentLogger } from '@dureq/types'

/** How to find the master of a Redis that Sentinel watches. */
export interface RedisSentinelOptions {
  /** The name of the master as the sentinels know it. */
  readonly masterName: string
  /** `host:port` of the sentinels. */
  readonly addresses: readonly string[]
  readonly username?: string
  /** Password of the sentinels, if they have one. */
  readonly password?: string
  /** How the sentinels are connected to; `true` takes the defaults. Default: without TLS, whatever the master has. */
  readonly tls?: TlsOptions | boolean
}

/** What `createRedisStore` takes. Exactly one of `url`, `sentinel` and `cluster` says where Redis is. */
export interface RedisStoreOptions {
  /** `redis://host:6379/0`, or `rediss://` for TLS. Default `redis://127.0.0.1:6379`. */
  readonly url?: string
  readonly sentinel?: RedisSentinelOptions
  /** `host:port` of some nodes of a Redis Cluster. */
  readonly cluster?: readonly string[]
  /** Wins over the one in the URL. */
  readonly username?: string
  /** Wins over the one in the URL. */
  readonly password?: string
  /** Database number; wins over the one in the URL. Default 0. */
  readonly db?: number
  /** Options of `node:tls`; `true` takes the defaults. */
  readonly tls?: TlsOptions | boolean
  /** What `CLIENT LIST` of the server shows its connections as. Default: nothing. */
  readonly connectionName?: string
  /** Begins every key. Default `dureq`. */
  readonly keyPrefix?: string
  /** Parts one key space is cut into, 1-1,024; fixed at first use. Default 1. More only for Redis Cluster. */
  readonly partitions?: number
  /** Greatest sizes of payloads, outputs, headers and progress. */
  readonly limits?: Partial<SizeLimits>
  /** How long a call is tried before it gives up with StoreUnavailableError, in ms. Default 5,000. */
  readonly commandTimeoutMs?: number
  /** For tests: decides all times instead of the server's clock. */
  readonly clock?: Clock
  readonly logger?: Logger
}

/** The options with all defaults. */
export interface ResolvedRedisOptions extends RedisStoreOptions {
  readonly keyPrefix: string
  readonly partitions: number
  readonly resolvedLimits: SizeLimits
  readonly commandTimeoutMs: number
  readonly logger: Logger
}

/** Fills in the defaults; throws ValidationError naming every bad option. */
export function resolveOptions(options: RedisStoreOptions): ResolvedRedisOptions {
  const resolved = {
    ...options,
    keyPrefix: options.keyPrefix ?? 'dureq',
    partitions: options.partitions ?? 1,
    resolvedLimits: { ...defaultSizeLimits, ...options.limits },
    commandTimeoutMs: options.commandTimeoutMs ?? 5_000,
    logger: options.logger ?? silentLogger,
  }
  const faults = new Faults()
  if (!/^[^{}\s]{1,100}$/.test(resolved.keyPrefix)) {
    faults.add('keyPrefix', 'must be 1-100 characters without braces and white space', 100)
  }
  if (!Number.isInteger(resolved.partitions) || resolved.partitions < 1 || resolved.partitions > 1_024) {
    faults.add('partitions', 'must be a whole number from 1 to 1,024', 1_024)
  }
  if (!(resolved.commandTimeoutMs > 0)) faults.add('commandTimeoutMs', 'must be above 0')
  const places = [options.url, options.sentinel, options.cluster].filter((place) => place !== undefined)
  if (places.length > 1) faults.add('url', 'only one of url, sentinel and cluster may be given')
  if (options.url !== undefined && !(/^rediss?:\/\//.test(options.url) && URL.canParse(options.url))) {
    faults.add('url', 'must be a URL that begins with redis:// or rediss://')
  }
  checkAddresses(options.cluster, 'cluster', faults)
  checkAddresses(options.sentinel?.addresses, 'sentinel.addresses', faults)
  if (options.connectionName !== undefined && !/^[!-~]+$/.test(options.connectionName)) {
    faults.add('connectionName', 'must be printable ASCII without spaces')
  }
  faults.throwIfAny()
  return resolved
}

function checkAddresses(addresses: readonly string[] | undefined, field: string, faults: Faults): void {
  if (addresses?.length === 0) faults.add(field, 'must name at least one host:port')
  addresses?.forEach((address, i) => {
    if (!/^\S+:\d{1,5}$/.test(address)) faults.add(`${field}[${i}]`, 'must be host:port')
  })
}
