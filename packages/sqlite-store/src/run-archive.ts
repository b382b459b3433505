import { jobIdOf, type RunRecord, runIdOf } from '@dureq/types'
import type { Connection } from './connection.ts'

/** Most finished runs kept of a firing. */
const KEPT_RUNS = 100

type ArchivedRun = Omit<RunRecord, 'id' | 'jobId'>

/** Keeps a finished run with the older ones of its firing. */
export function archiveRun(db: Connection, seq: number, run: RunRecord): void {
  const { id, jobId: _, ...record } = run
  db.run('INSERT OR REPLACE INTO runs (seq, n, record) VALUES (?, ?, ?)', [
    seq,
    runNumber(id),
    JSON.stringify(record),
  ])
}

/** Lets the oldest archived runs of a firing go when its newest run has ended, so that 100 remain with that one. */
export function trimRuns(db: Connection, seq: number, newest: RunRecord): void {
  if (runNumber(newest.id) <= KEPT_RUNS) return
  // Handed-back runs leave no record, so the numbers have gaps.
  const tooOld = 'SELECT n FROM runs WHERE seq = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2'
  const n = db.get(tooOld, [seq, KEPT_RUNS - 1])?.[0]
  if (n === undefined) return
  db.run('DELETE FROM finished_runs WHERE seq = ? AND n <= ?', [seq, n])
  db.run('DELETE FROM runs WHERE seq = ? AND n <= ?', [seq, n])
}

/** The newest archived runs of a firing, newest first. */
export function archivedRuns(db: Connection, firing: StoredId, limit: number): readonly RunRecord[] {
  return db
    .all('SELECT n, record FROM runs WHERE seq = ? ORDER BY n DESC LIMIT ?', [firing.seq, limit])
    .map(([n, text]) => recordOf(firing.id, n as number, text as string))
}

/** One archived run. */
export function archivedRun(db: Connection, firing: StoredId, n: number): RunRecord | undefined {
  const row = db.get('SELECT record FROM runs WHERE seq = ? AND n = ?', [firing.seq, n])
  return row && recordOf(firing.id, n, row[0] as string)
}

const readRecordsSql = `SELECT r.seq, r.n, r.record FROM json_each(?) w
  JOIN runs r ON r.seq = w.value ->> 0 AND r.n = w.value ->> 1`

/** Archived runs by `<number of the firing> <n>`. */
export function readRunRecords(
  db: Connection,
  wanted: readonly (StoredId & { readonly n: number })[],
): ReadonlyMap<string, RunRecord> {
  if (wanted.length === 0) return new Map()
  const ids = new Map(wanted.map(({ seq, id }) => [seq, id]))
  const rows = db.all(readRecordsSql, [JSON.stringify(wanted.map(({ seq, n }) => [seq, n]))])
  return new Map(
    rows.map(([seq, n, text]) => [
      `${seq} ${n}`,
      recordOf(ids.get(seq as number) as string, n as number, text as string),
    ]),
  )
}

/** Id and number of a stored firing. */
export interface StoredId {
  readonly seq: number
  readonly id: string
}

/** The number in a run id. */
export function runNumber(runId: string): number {
  return Number(runId.slice(runId.lastIndexOf('-') + 1))
}

function recordOf(firingId: string, n: number, text: string): RunRecord {
  const record = JSON.parse(text) as ArchivedRun
  return { id: runIdOf(firingId, n), jobId: jobIdOf(firingId), ...record }
}
