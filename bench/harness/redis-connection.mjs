import { Redis } from 'ioredis'

/**
 * A connection to a server of ours; it fails at once when that is away.
 *
 * @param {number} port On 127.0.0.1.
 */
export async function connectRedis(port) {
  const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {}) // said by the call that fails
  await redis.connect()
  return redis
}
