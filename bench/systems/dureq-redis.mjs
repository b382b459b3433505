import { createRedisStore } from '@dureq/redis-store'
import { versionOf } from '../harness/version-of.mjs'
import { dureqFeatures, openDureq } from './dureq.mjs'

/** @type {import('../harness/system.mjs').System} */
export const dureqRedis = {
  id: 'dureq-redis',
  name: 'dureq on Redis',
  version: versionOf('@dureq/redis-store'),
  settings: 'the defaults; retention 0 where completed jobs are removed.',
  store: 'redis',
  features: dureqFeatures,
  eventLogs: ['{dureq:0}:events'],
  open: ({ redisPort }, wish) => openDureq(createRedisStore({ url: `redis://127.0.0.1:${redisPort}` }), wish),
}
