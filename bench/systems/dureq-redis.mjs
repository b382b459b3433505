import { createRedisStore } from '@dureq/redis-store'
import { versionOf } from '../harness/version-of.mjs'
import { openDureq } from './dureq.mjs'

/** @type {import('../harness/system.mjs').System} */
export const dureqRedis = {
  name: 'dureq on Redis',
  version: versionOf('@dureq/redis-store'),
  settings: 'the defaults, but retention 0.',
  open: ({ redisPort }) => openDureq(createRedisStore({ url: `redis://127.0.0.1:${redisPort}` })),
}
