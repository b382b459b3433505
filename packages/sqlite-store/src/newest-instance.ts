import { MAX_LINKS } from '@dureq/types'
import type { Connection } from './connection.ts'
import { visibleInstances } from './instance-row.ts'

/** Of the row `i`. */
const continuedTo = "json_extract(i.links, '$[2]')"

const newestSql = `WITH RECURSIVE chain(id, next, link) AS (
    SELECT i.id, ${continuedTo}, 0 FROM ${visibleInstances} WHERE i.id = ?
    UNION ALL
    SELECT i.id, ${continuedTo}, link + 1 FROM chain, ${visibleInstances} WHERE i.id = chain.next AND link < ?
  )
  SELECT id FROM chain ORDER BY link DESC LIMIT 1`

/** The newest instance that one goes on as: `InstancesRole.newest`. */
export function newestInstance(db: Connection, id: string): string {
  return (db.get(newestSql, [id, MAX_LINKS])?.[0] as string | undefined) ?? id
}
