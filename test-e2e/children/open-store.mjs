import { createRedisStore } from '@dureq/redis-store'
import { createSqliteStore } from '@dureq/sqlite-store'

/** Opens the store that a test has told its child of: `{ url }` or `{ path }`. */
export function openStore({ url, path }) {
  return url === undefined ? createSqliteStore({ path }) : createRedisStore({ url })
}
