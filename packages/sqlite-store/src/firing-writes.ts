import { type Firing, isRecurring, type JobDefinition } from '@dureq/types'
import { batchSql, listSql, runBatch, runList } from './batch.ts'
import type { Connection, SqlValue } from './connection.ts'
import { firstKeyOf, outputColumn, searchColumns, stateColumn } from './firing-columns.ts'
import { Groups } from './groups.ts'
import { writeFacts, writeItem } from './job-facts.ts'
import type { StoredFiring } from './stored-firing.ts'
import { deleteTags, insertTags } from './tags.ts'

/** Stores new firings with their jobs. */
export function insertFirings(db: Connection, added: ReadonlyMap<StoredFiring, JobDefinition>): void {
  const jobs = new Groups<readonly SqlValue[]>()
  for (const [{ seq, firing }, definition] of added) {
    const { taskType, payload } = definition
    jobs.add([taskType, writeFacts(definition)], [seq, firing.id, payload, writeItem(definition)])
  }
  // Jobs that share nothing, as the tasks of a workflow do, are handed over together all the same.
  const alone: SqlValue[] = []
  for (const { shared, rows } of jobs) {
    const [row] = rows
    if (rows.length === 1 && row !== undefined) alone.push(...shared, ...row)
    else runBatch(db, insertJobSql, rows.flat(), shared)
  }
  runBatch(db, insertAloneSql, alone)
  for (const stored of added.keys()) if (stored.tags.length > 0) insertTags(db, stored)
  for (const { shared, rows } of groupFirings(added.keys())) insertGroup(db, shared, rows)
}

const insertJobSql = batchSql({
  shared: 2,
  width: 4,
  sql: (rows) => `INSERT INTO jobs (type, facts, seq, id, payload, item) VALUES ${rows}`,
  row: (params) => `(?1, ?2, ${params.join(', ')})`,
})

const insertAloneSql = batchSql({
  width: 6,
  sql: (rows) => `INSERT INTO jobs (type, facts, seq, id, payload, item) VALUES ${rows}`,
})

/** Writes firings over that have moved. */
export function saveFirings(db: Connection, changed: Iterable<StoredFiring>): void {
  for (const { shared, rows } of groupFirings(changed)) saveGroup(db, shared, rows)
}

/** What of a firing is mostly not the same as of others that moved with it. */
interface FiringRow {
  readonly seq: number
  readonly pos: number | null
  /** Written once: it never changes. */
  readonly firstKey: string
  readonly state: string
  readonly output: string | null
}

/** Firings that moved together share most of their columns: these are handed to the database once. */
function groupFirings(firings: Iterable<StoredFiring>): Groups<FiringRow> {
  const groups = new Groups<FiringRow>()
  for (const stored of firings) {
    const { seq, pos, firing } = stored
    const { taskType, version = '' } = firing.job
    const row = {
      seq,
      pos,
      firstKey: firstKeyOf(firing),
      state: stateColumn(stored),
      output: outputColumn(stored),
    }
    groups.add([taskType, version, ...searchColumns(stored)], row)
  }
  return groups
}

const columns = 'type, version, status, tier, due_class, due_at, listed_at, cancel_node'
const saved = [
  'version',
  'status',
  'tier',
  'due_class',
  'due_at',
  'listed_at',
  'cancel_node',
  'pos',
  'state',
  'output',
]
const overwrite = `ON CONFLICT (seq) DO UPDATE SET ${saved.map((name) => `${name} = excluded.${name}`).join(', ')}`

// A row that is there is written over: that costs less than half of what updating many at once does.
const saveSql = batchSql({
  shared: 8,
  width: 4,
  sql: (rows) => `INSERT INTO firings (${columns}, seq, pos, state, output) VALUES ${rows} ${overwrite}`,
  row: (params) => `(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ${params.join(', ')})`,
})

/** New ones that have a first concurrency key. */
const insertKeyedSql = batchSql({
  shared: 8,
  width: 5,
  sql: (rows) => `INSERT INTO firings (${columns}, seq, pos, first_key, state, output) VALUES ${rows}`,
  row: (params) => `(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ${params.join(', ')})`,
})

/** The same where the rows differ in nothing but their numbers: \`pos\` is then null, or the number itself. */
const sameSql = (pos: 'NULL' | 'value'): string =>
  `INSERT INTO firings (${columns}, seq, pos, state)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, value, ${pos}, ?9 FROM json_each(?10)`
const insertWaitingSql = sameSql('value')
const insertSameSql = sameSql('NULL')
const saveSameSql = `${insertSameSql} WHERE true ${overwrite}`

function insertGroup(db: Connection, shared: readonly SqlValue[], rows: readonly FiringRow[]): void {
  const keyed = rows.filter(({ firstKey }) => firstKey !== '')
  if (keyed.length > 0) {
    runKeyed(db, shared, keyed)
    const others = rows.filter(({ firstKey }) => firstKey === '')
    if (others.length > 0) insertGroup(db, shared, others)
  } else if (areSame(rows, ({ seq, pos }) => pos === seq)) runSame(db, insertWaitingSql, shared, rows)
  else if (areSame(rows, ({ pos }) => pos === null)) runSame(db, insertSameSql, shared, rows)
  else runRows(db, shared, rows)
}

function saveGroup(db: Connection, shared: readonly SqlValue[], rows: readonly FiringRow[]): void {
  if (rows.length > 1 && areSame(rows, ({ pos }) => pos === null)) runSame(db, saveSameSql, shared, rows)
  else runRows(db, shared, rows)
}

function areSame(rows: readonly FiringRow[], isPlain: (row: FiringRow) => boolean): boolean {
  const [first] = rows
  return rows.every((row) => row.state === first?.state && row.output === null && isPlain(row))
}

function runSame(db: Connection, sql: string, shared: readonly SqlValue[], rows: readonly FiringRow[]): void {
  const [first] = rows
  if (first !== undefined) db.run(sql, [...shared, first.state, JSON.stringify(rows.map(({ seq }) => seq))])
}

function runRows(db: Connection, shared: readonly SqlValue[], rows: readonly FiringRow[]): void {
  const values = rows.flatMap(({ seq, pos, state, output }): SqlValue[] => [seq, pos, state, output])
  runBatch(db, saveSql, values, shared)
}

function runKeyed(db: Connection, shared: readonly SqlValue[], rows: readonly FiringRow[]): void {
  const values = rows.flatMap(({ seq, pos, firstKey, state, output }): SqlValue[] => [
    seq,
    pos,
    firstKey,
    state,
    output,
  ])
  runBatch(db, insertKeyedSql, values, shared)
}

const deleteJobsSql = listSql((list) => `DELETE FROM jobs WHERE seq IN ${list}`)
const deleteFiringsSql = listSql((list) => `DELETE FROM firings WHERE seq IN ${list}`)
const deleteMembersSql = listSql((list) => `DELETE FROM members WHERE job IN ${list}`)
const deleteRunsSql = listSql((list) => `DELETE FROM runs WHERE seq IN ${list}`)

const deleteFinishedSql = listSql((list) => `DELETE FROM finished_runs WHERE seq IN ${list}`)
const deleteQuietSql = listSql((list) => `DELETE FROM quiet_ends WHERE seq IN ${list}`)
const deleteMemosSql = listSql((list) => `DELETE FROM memos WHERE seq IN ${list}`)
const deleteAuditSql = listSql((list) => `DELETE FROM audit WHERE seq IN ${list}`)

/** Removes firings, their jobs, their runs and whatever else is kept of them. */
export function deleteFirings(db: Connection, removed: Iterable<StoredFiring>): void {
  const seqs: number[] = []
  const archived: number[] = []
  const members: number[] = []
  const quiet: number[] = []
  const marked: number[] = []
  for (const stored of removed) {
    const { seq, firing, owner, tags, marks } = stored
    seqs.push(seq)
    if (tags.length > 0) deleteTags(db, stored)
    if (marks !== 0) marked.push(seq)
    if (mayEndQuietly(firing)) quiet.push(seq)
    if (owner !== undefined) members.push(seq)
    // The newest run of a firing is not in the archive, and has no entry if it ended it.
    if (firing.executions > 1 || (firing.executions === 1 && firing.status !== 'completed'))
      archived.push(seq)
  }
  runList(db, deleteJobsSql, seqs)
  runList(db, deleteFiringsSql, seqs)
  runList(db, deleteRunsSql, archived)
  runList(db, deleteFinishedSql, archived)
  runList(db, deleteQuietSql, quiet)
  runList(db, deleteMemosSql, marked)
  runList(db, deleteAuditSql, marked)
  runList(db, deleteMembersSql, members)
}

/** Whether it may have ended without a run: what is completed was, unless it is a recurring job. */
function mayEndQuietly({ status, job }: Firing): boolean {
  return status !== 'completed' || isRecurring(job.schedule.type)
}
