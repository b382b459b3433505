import type { InstanceKind } from '@dureq/types'
import type { Connection } from './connection.ts'
import { kindCode, kindOf } from './instance-codes.ts'
import { visibleInstances } from './instance-row.ts'

/** Whether mail of one of these kinds has come after a ticket, and nobody has received it. */
export function hasReadyMail(db: Connection, kinds: readonly InstanceKind[], after: number): boolean {
  const sql = `SELECT 1 FROM ${visibleInstances} WHERE i.kind = ? AND i.ready > ? LIMIT 1`
  return kinds.some((kind) => db.get(sql, [kindCode(kind), after]) !== undefined)
}

const arrivalsSql =
  'SELECT kind, count(*) FROM instances WHERE kind >= 0 AND ready IS NOT NULL AND ready > ? GROUP BY kind'

/** How many instances of each kind have mail to receive that came after a ticket. */
export function readMailArrivals(
  db: Connection,
  after: number,
): readonly (readonly [kind: InstanceKind, instances: number])[] {
  return db.all(arrivalsSql, [after]).map(([code, count]) => [kindOf(code as number), count as number])
}
