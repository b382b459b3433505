import type { Faults } from '@dureq/types'
import type { RedisConfig } from './config.ts'

/** Adds a fault for every combination of options of Redis that says nothing, or two things. */
export function checkRedis(redis: RedisConfig, faults: Faults): void {
  const places = [redis.url, redis.cluster, redis.sentinelMaster].filter((place) => place !== undefined)
  if (places.length > 1) faults.add('redis', 'can have only one of url, cluster and sentinelMaster')
  checkSentinel(redis, faults)
  checkTls(redis, faults)
  if (redis.cluster !== undefined && redis.db !== undefined && redis.db !== 0)
    faults.add('redis.db', 'must be 0 with a cluster: it has no other')
}

function checkSentinel(redis: RedisConfig, faults: Faults): void {
  const { sentinelMaster, sentinels } = redis
  if (sentinelMaster !== undefined && (sentinels ?? []).length === 0)
    faults.add('redis.sentinels', 'must be given with sentinelMaster')
  if (sentinelMaster !== undefined) return
  for (const name of ['sentinels', 'sentinelUsername', 'sentinelPassword'] as const)
    if (redis[name] !== undefined) faults.add(`redis.${name}`, 'needs a sentinelMaster')
  if (redis.sentinelTls) faults.add('redis.sentinelTls', 'needs a sentinelMaster')
}

function checkTls(redis: RedisConfig, faults: Faults): void {
  const { url, tls, sentinelTls, tlsCert, tlsKey, tlsPassphrase } = redis
  if (!tls && !sentinelTls && url?.startsWith('rediss://') !== true) {
    for (const name of ['tlsCa', 'tlsCert', 'tlsKey', 'tlsPassphrase', 'tlsServername'] as const)
      if (redis[name] !== undefined) faults.add(`redis.${name}`, 'needs redis.tls, or a rediss:// URL')
  }
  if (tlsCert !== undefined && tlsKey === undefined) faults.add('redis.tlsKey', 'must be given with tlsCert')
  if (tlsKey !== undefined && tlsCert === undefined) faults.add('redis.tlsCert', 'must be given with tlsKey')
  if (tlsPassphrase !== undefined && tlsKey === undefined)
    faults.add('redis.tlsKey', 'must be given with tlsPassphrase')
}
