export type { RedisSentinelOptions, RedisStoreOptions } from './options.ts'
export { createRedisStore } from './redis-store.ts'
