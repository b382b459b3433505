import type { OpenBeat } from '@dureq/types'
import type { RedisStoreOptions } from './options.ts'
import { createRedisStore } from './redis-store.ts'

/** Opens the store in a thread, which imports this file by its URL: see `Store.beat`. */
export const openBeat: OpenBeat = (options) => createRedisStore(options as RedisStoreOptions)
