import { createRedisStore } from '@dureq/redis-store'
import { createSqliteStore } from '@dureq/sqlite-store'

/** The one place that knows which store it is. An application has one of these two lines. */
export function openStore() {
  if (process.env.REDIS_URL) return createRedisStore({ url: process.env.REDIS_URL })
  return createSqliteStore({ path: './dureq.db' })
}
