import type { PartWrite } from '@dureq/types'
import { batchSql, listSql, runBatch, runList } from './batch.ts'
import type { Connection, SqlValue } from './connection.ts'
import { Groups } from './groups.ts'

/** What one step writes into the parts of instances, and what it marks them as. */
export interface PartWrites {
  /** Of two writes of one part the later one counts. */
  add(instance: number, writes: readonly PartWrite[]): void
  /** Puts names into an ordered set that there are no parts of. */
  mark(instance: number, mark: string, names: readonly (readonly [name: string, ord: number])[]): void
  flush(): void
}

interface PartRow {
  readonly instance: number
  readonly name: string
  /** Undefined: it is taken away. */
  readonly text: string | undefined
}

interface MarkRow {
  readonly instance: number
  readonly mark: string
  readonly name: string
  /** Null: it is taken out. */
  readonly ord: number | null
}

/** Collects the writes of one step, so that many commits cost few statements. */
export function createPartWrites(db: Connection): PartWrites {
  const parts = new Map<string, PartRow>()
  const marks = new Map<string, MarkRow>()
  return {
    add(instance, writes) {
      for (const { name, text, marks: sets } of writes) {
        parts.set(`${instance} ${name}`, { instance, name, text })
        for (const mark in sets) {
          // The length says where the name of the set ends.
          marks.set(`${instance} ${mark.length} ${mark} ${name}`, {
            instance,
            mark,
            name,
            ord: sets[mark] ?? null,
          })
        }
      }
    },
    mark(instance, mark, names) {
      for (const [name, ord] of names) {
        marks.set(`${instance} ${mark.length} ${mark} ${name}`, { instance, mark, name, ord })
      }
    },
    flush() {
      if (parts.size > 0) writeParts(db, parts.values())
      if (marks.size > 0) writeMarks(db, marks.values())
      parts.clear()
      marks.clear()
    },
  }
}

const savePartsSql = batchSql({
  width: 3,
  sql: (rows) => `INSERT OR REPLACE INTO parts (instance, name, text) VALUES ${rows}`,
})

// By one list of names each: of tuples in a list SQLite looks up the first column only.
const deletePartsSql = listSql((list) => `DELETE FROM parts WHERE instance = ?2 AND name IN ${list}`)

function writeParts(db: Connection, rows: Iterable<PartRow>): void {
  const saved: SqlValue[] = []
  const deleted = new Groups<string>()
  for (const { instance, name, text } of rows) {
    if (text === undefined) deleted.add([instance], name)
    else saved.push(instance, name, text)
  }
  runBatch(db, savePartsSql, saved)
  for (const { shared, rows: names } of deleted) runList(db, deletePartsSql, names, shared)
}

const saveMarksSql = batchSql({
  width: 4,
  sql: (rows) => `INSERT INTO marks (instance, mark, name, ord) VALUES ${rows}
    ON CONFLICT (instance, mark, name) DO UPDATE SET ord = excluded.ord`,
})

const deleteMarksSql = listSql(
  (list) => `DELETE FROM marks WHERE instance = ?2 AND mark = ?3 AND name IN ${list}`,
)

function writeMarks(db: Connection, rows: Iterable<MarkRow>): void {
  const saved: SqlValue[] = []
  const deleted = new Groups<string>()
  for (const { instance, mark, name, ord } of rows) {
    if (ord === null) deleted.add([instance, mark], name)
    else saved.push(instance, mark, name, ord)
  }
  runBatch(db, saveMarksSql, saved)
  for (const { shared, rows: names } of deleted) runList(db, deleteMarksSql, names, shared)
}
