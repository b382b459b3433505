import type { Firing, JobDefinition } from '@dureq/types'
import { batchSql, listSql, runBatch, selectBatch } from './batch.ts'
import type { Connection, SqlRow, SqlValue } from './connection.ts'
import { ownColumns, searchColumns } from './firing-columns.ts'
import { definitionOf, firingColumns, firingOf, jobColumns } from './firing-row.ts'
import type { LineName } from './lines.ts'
import type { StoredFiring } from './stored-firing.ts'

/** A firing with its job. */
export interface FiringWithJob {
  readonly stored: StoredFiring
  readonly definition: JobDefinition
}

/** The firings one step works with. Each is loaded once and written once, however often it moves. */
export interface FiringTable {
  /** The firings with these ids, in order. */
  byIds(ids: readonly string[]): readonly (StoredFiring | undefined)[]
  /** The firings with these numbers that still exist, in no order. */
  bySeqs(seqs: readonly number[]): readonly FiringWithJob[]
  /** The first of a line. */
  inLine(line: LineName, limit: number): readonly FiringWithJob[]
  /** The firings whose instant of this class has come, the longest overdue first. */
  dueBy(dueClass: number, instant: number, limit: number): readonly StoredFiring[]
  add(stored: StoredFiring, definition: JobDefinition): void
  /** Notes that a firing has moved. */
  changed(stored: StoredFiring): void
  /** Removes a firing and its job. */
  remove(stored: StoredFiring): void
  /** Writes what has changed, so that queries find it. */
  flush(): void
}

const byIdSql = listSql(
  (list) => `SELECT ${firingColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.id IN (${list})`,
)

const bySeqSql = listSql(
  (list) => `SELECT ${jobColumns} FROM firings f JOIN jobs j USING (seq) WHERE f.seq IN (${list})`,
)

const inLineSql = `SELECT ${jobColumns} FROM firings f JOIN jobs j USING (seq)
  WHERE f.tier = ? AND f.type = ? AND f.version = ? ORDER BY f.pos LIMIT ?`

const dueSql = `SELECT ${firingColumns} FROM firings f JOIN jobs j USING (seq)
  WHERE f.due_class = ? AND f.due_at <= ? ORDER BY f.due_at LIMIT ?`

/** The firings of one step. */
export function createFiringTable(db: Connection): FiringTable {
  const known = new Map<string, StoredFiring>()
  const added = new Map<StoredFiring, JobDefinition>()
  const changed = new Set<StoredFiring>()
  const removed = new Set<StoredFiring>()

  const meet = (row: SqlRow): StoredFiring => {
    const id = row[1] as string
    const met = known.get(id)
    if (met !== undefined) return met
    const stored = firingOf(row)
    known.set(id, stored)
    return stored
  }
  const withJob = (row: SqlRow): FiringWithJob => ({ stored: meet(row), definition: definitionOf(row) })

  return {
    byIds(ids) {
      const unknown = ids.filter((id) => !known.has(id))
      for (const row of selectBatch(db, byIdSql, unknown)) meet(row)
      return ids.map((id) => present(known.get(id)))
    },
    bySeqs: (seqs) => selectBatch(db, bySeqSql, seqs).map(withJob),
    inLine: ({ tier, type, version }, limit) => db.all(inLineSql, [tier, type, version, limit]).map(withJob),
    dueBy: (dueClass, instant, limit) => db.all(dueSql, [dueClass, instant, limit]).map(meet),
    add(stored, definition) {
      known.set(stored.firing.id, stored)
      added.set(stored, definition)
    },
    changed(stored) {
      if (!added.has(stored)) changed.add(stored)
    },
    remove(stored) {
      changed.delete(stored)
      // What came and went in one step was never written.
      if (!added.delete(stored)) removed.add(stored)
    },
    flush() {
      if (added.size > 0) insertAll(db, added)
      if (changed.size > 0) updateAll(db, changed)
      if (removed.size > 0) deleteAll(db, removed)
      added.clear()
      changed.clear()
      removed.clear()
    },
  }
}

/** A firing that was removed earlier in the step is not there any more. */
function present(stored: StoredFiring | undefined): StoredFiring | undefined {
  return stored === undefined || isGone(stored.firing) ? undefined : stored
}

function isGone(firing: Firing): boolean {
  return firing.place.kind === 'gone'
}

const insertFirings = batchSql({
  shared: 8,
  width: 5,
  sql: (rows) =>
    `INSERT INTO firings (type, version, status, tier, due_class, due_at, listed_at, cancel_node, seq,
      state, pos, progress, output) VALUES ${rows}`,
  row: (params) => `(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ${params.join(', ')})`,
})

const insertJobs = batchSql({
  shared: 4,
  width: 4,
  sql: (rows) =>
    `INSERT INTO jobs (type, priority, run_at, created_at, seq, id, options, payload) VALUES ${rows}`,
  row: (params) => `(?1, ?2, ?3, ?4, ${params.join(', ')})`,
})

function insertAll(db: Connection, added: ReadonlyMap<StoredFiring, JobDefinition>): void {
  const firings = new Groups()
  const jobs = new Groups()
  for (const [stored, definition] of added) {
    const { taskType, version = '' } = definition
    firings.add([taskType, version, ...searchColumns(stored)], [stored.seq, ...ownColumns(stored)])
    jobs.add(sharedJobColumns(definition), [
      stored.seq,
      definition.id,
      optionsText(definition),
      definition.payload,
    ])
  }
  for (const { shared, rows } of jobs) runBatch(db, insertJobs, rows, shared)
  for (const { shared, rows } of firings) runBatch(db, insertFirings, rows, shared)
}

function sharedJobColumns({ taskType, priority, schedule, createdAt }: JobDefinition): readonly SqlValue[] {
  return [taskType, priority, schedule.type === 'ONE_TIME' ? schedule.runAt : null, createdAt]
}

/** What a job states besides its columns; null when that is nothing. */
function optionsText(definition: JobDefinition): string | null {
  const {
    id: _id,
    taskType: _taskType,
    payload: _payload,
    priority: _priority,
    schedule: _schedule,
    createdAt: _createdAt,
    version: _version,
    tags,
    headers,
    ...stated
  } = definition
  const given = {
    ...stated,
    tags: tags.length > 0 ? tags : undefined,
    headers: isEmpty(headers) ? undefined : headers,
  }
  const text = JSON.stringify(given)
  return text === '{}' ? null : text
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false
  return true
}

const updateFirings = batchSql({
  shared: 6,
  width: 5,
  sql: (rows) =>
    `UPDATE firings SET status = ?1, tier = ?2, due_class = ?3, due_at = ?4, listed_at = ?5, cancel_node = ?6,
      state = v.column2, pos = v.column3, progress = v.column4, output = v.column5
      FROM (VALUES ${rows}) v WHERE firings.seq = v.column1`,
})

function updateAll(db: Connection, changed: ReadonlySet<StoredFiring>): void {
  const groups = new Groups()
  for (const stored of changed) groups.add(searchColumns(stored), [stored.seq, ...ownColumns(stored)])
  for (const { shared, rows } of groups) runBatch(db, updateFirings, rows, shared)
}

const deletes = ['jobs', 'firings', 'runs'].map((table) =>
  listSql((list) => `DELETE FROM ${table} WHERE seq IN (${list})`),
)

function deleteAll(db: Connection, removed: ReadonlySet<StoredFiring>): void {
  const rows = Array.from(removed, ({ seq }) => [seq])
  for (const sql of deletes) runBatch(db, sql, rows)
}

interface Group {
  readonly shared: readonly SqlValue[]
  readonly rows: SqlRow[]
}

/** Rows that share some of their values, so that these are handed to the database once a batch. */
class Groups implements Iterable<Group> {
  readonly #groups = new Map<string, Group>()

  add(shared: readonly SqlValue[], row: SqlRow): void {
    const key = shared.join('\n')
    const group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, { shared, rows: [row] })
    else group.rows.push(row)
  }

  [Symbol.iterator](): Iterator<Group> {
    return this.#groups.values()
  }
}
