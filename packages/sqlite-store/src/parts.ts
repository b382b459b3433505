import type { Part } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Connection } from './connection.ts'
import { visibleInstances } from './instance-row.ts'

const partsSql = listSql((list) => `SELECT name, text FROM parts WHERE instance = ?2 AND name IN ${list}`)

/** The parts of these names, in order: `MailboxesRole.parts`. */
export function readParts(
  db: Connection,
  id: string,
  names: readonly string[],
): readonly (Part | undefined)[] {
  const instance = numberOf(db, id)
  if (instance === undefined) return names.map(() => undefined)
  const found = new Map(
    selectList(db, partsSql, names, [instance]).map(([name, text]): [string, Part] => [
      name as string,
      { name: name as string, text: text as string },
    ]),
  )
  return names.map((name) => found.get(name))
}

/** Names of an ordered set, and how many there are: `MailboxesRole.marked`. */
export function readMarked(
  db: Connection,
  id: string,
  { mark, limit, offset = 0 }: { readonly mark: string; readonly limit: number; readonly offset?: number },
): { readonly names: readonly string[]; readonly total: number } {
  const instance = numberOf(db, id)
  if (instance === undefined) return { names: [], total: 0 }
  const sql = 'SELECT name FROM marks WHERE instance = ? AND mark = ? ORDER BY ord, name LIMIT ? OFFSET ?'
  const names = db.all(sql, [instance, mark, limit, offset]).map(([name]) => name as string)
  const countSql = 'SELECT count FROM mark_counts WHERE instance = ? AND mark = ?'
  return { names, total: (db.get(countSql, [instance, mark])?.[0] as number | undefined) ?? 0 }
}

const placesSql = listSql(
  (list) => `SELECT name, ord FROM marks WHERE instance = ?2 AND mark = ?3 AND name IN ${list}`,
)

/** The order of names in an ordered set: `MailboxesRole.places`. */
export function readPlaces(
  db: Connection,
  id: string,
  { mark, names }: { readonly mark: string; readonly names: readonly string[] },
): readonly (number | undefined)[] {
  const instance = numberOf(db, id)
  if (instance === undefined) return names.map(() => undefined)
  const found = new Map(
    selectList(db, placesSql, names, [instance, mark]).map(([name, ord]) => [name as string, ord as number]),
  )
  return names.map((name) => found.get(name))
}

function numberOf(db: Connection, id: string): number | undefined {
  return db.get(`SELECT i.seq FROM ${visibleInstances} WHERE i.id = ?`, [id])?.[0] as number | undefined
}
