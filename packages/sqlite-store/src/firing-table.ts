import type { Firing, JobDefinition } from '@dureq/types'
import { batchSql, listSql, runBatch, selectBatch } from './batch.ts'
import type { Connection, SqlRow, SqlValue } from './connection.ts'
import { outputColumn, progressColumn, searchColumns, stateColumn } from './firing-columns.ts'
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
      changed.add(stored)
    },
    changed: (stored) => void changed.add(stored),
    remove(stored) {
      changed.delete(stored)
      // What came and went in one step was never written.
      if (!added.delete(stored)) removed.add(stored)
    },
    flush() {
      if (added.size > 0) insertJobs(db, added)
      if (changed.size > 0) saveAll(db, changed)
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

// Writing a row over costs less than half of what updating many rows at once does.
const saveSql = batchSql({
  shared: 9,
  width: 4,
  sql: (rows) =>
    `INSERT INTO firings (type, version, status, tier, due_class, due_at, listed_at, cancel_node, progress,
      seq, pos, state, output) VALUES ${rows}
      ON CONFLICT (seq) DO UPDATE SET status = excluded.status, tier = excluded.tier,
      due_class = excluded.due_class, due_at = excluded.due_at, listed_at = excluded.listed_at,
      cancel_node = excluded.cancel_node, progress = excluded.progress, pos = excluded.pos,
      state = excluded.state, output = excluded.output`,
  row: (params) => `(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ${params.join(', ')})`,
})

function saveAll(db: Connection, firings: Iterable<StoredFiring>): void {
  const groups = new Groups()
  for (const stored of firings) {
    const { seq, pos, firing } = stored
    const { taskType, version = '' } = firing.job
    const [status, tier, dueClass, dueAt, listedAt, cancelNode] = searchColumns(stored)
    groups.add(
      [taskType, version, status, tier, dueClass, dueAt, listedAt, cancelNode, progressColumn(stored)],
      [seq, pos, stateColumn(stored), outputColumn(stored)],
    )
  }
  for (const { shared, values } of groups) runBatch(db, saveSql, values, shared)
}

const insertSql = batchSql({
  shared: 4,
  width: 4,
  sql: (rows) =>
    `INSERT INTO jobs (type, priority, run_at, created_at, seq, id, options, payload) VALUES ${rows}`,
  row: (params) => `(?1, ?2, ?3, ?4, ${params.join(', ')})`,
})

function insertJobs(db: Connection, added: ReadonlyMap<StoredFiring, JobDefinition>): void {
  const groups = new Groups()
  for (const [{ seq }, definition] of added) {
    const { id, payload } = definition
    groups.add(sharedJobColumns(definition), [seq, id, optionsText(definition), payload])
  }
  for (const { shared, values } of groups) runBatch(db, insertSql, values, shared)
}

function sharedJobColumns({ taskType, priority, schedule, createdAt }: JobDefinition): readonly SqlValue[] {
  return [taskType, priority, schedule.type === 'ONE_TIME' ? schedule.runAt : null, createdAt]
}

/** What a job states besides its columns; null when that is nothing, as with most. */
function optionsText(definition: JobDefinition): string | null {
  if (!statesMore(definition)) return null
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
  return JSON.stringify({
    ...stated,
    tags: tags.length > 0 ? tags : undefined,
    headers: isEmpty(headers) ? undefined : headers,
  })
}

/** What a job can state besides its columns, tags and headers. */
const optional = [
  'retryPolicy',
  'uniqueKey',
  'requestId',
  'dlqAfter',
  'timeoutMs',
  'scheduleToStartTimeoutMs',
  'heartbeatTimeoutMs',
  'retainMs',
] as const satisfies readonly (keyof JobDefinition)[]

function statesMore(definition: JobDefinition): boolean {
  if (definition.tags.length > 0 || !isEmpty(definition.headers)) return true
  return optional.some((name) => definition[name] !== undefined)
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false
  return true
}

const deletes = ['jobs', 'firings', 'runs'].map((table) =>
  listSql((list) => `DELETE FROM ${table} WHERE seq IN (${list})`),
)

function deleteAll(db: Connection, removed: ReadonlySet<StoredFiring>): void {
  const seqs = Array.from(removed, ({ seq }) => seq)
  for (const sql of deletes) runBatch(db, sql, seqs)
}

interface Group {
  readonly shared: readonly SqlValue[]
  /** Of all its rows, one row behind the other. */
  readonly values: SqlValue[]
}

/** Rows that share some of their values, so that these are handed to the database once a batch. */
class Groups implements Iterable<Group> {
  readonly #groups = new Map<string, Group>()
  /** The group of the row before: mostly the next one's too. */
  #last: Group | undefined

  add(shared: readonly SqlValue[], row: readonly SqlValue[]): void {
    if (this.#last === undefined || !areEqual(this.#last.shared, shared)) this.#last = this.#groupOf(shared)
    this.#last.values.push(...row)
  }

  [Symbol.iterator](): Iterator<Group> {
    return this.#groups.values()
  }

  #groupOf(shared: readonly SqlValue[]): Group {
    const key = JSON.stringify(shared)
    let group = this.#groups.get(key)
    if (group === undefined) {
      group = { shared, values: [] }
      this.#groups.set(key, group)
    }
    return group
  }
}

function areEqual(a: readonly SqlValue[], b: readonly SqlValue[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
