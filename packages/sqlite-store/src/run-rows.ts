import type { RunFilter, RunRecord } from '@dureq/types'
import { isRecurring } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { WalkKey } from './bounded-page.ts'
import type { Connection } from './connection.ts'
import { newestRun } from './firing-columns.ts'
import { firingColumns, firingOf } from './firing-row.ts'
import { hiddenMembers } from './hidden-members.ts'
import { archivedRuns, readRunRecords, runNumber } from './run-archive.ts'
import type { StoredFiring } from './stored-firing.ts'
import { compareKeys, type Walker } from './walk.ts'

/** The two parts of the listing of all runs, by the number they have in its keys. */
export const runPart = { finished: 0, open: 1 } as const

/** A row of the listing of all runs. The key: the part, the instant it is ordered by, the firing, the number of the run. */
export interface RunRow {
  readonly seq: number
  readonly key: WalkKey
  /** An ended firing that no run has ended. */
  readonly isQuiet?: boolean
}

/** One that is a run. */
export interface FoundRun extends RunRow {
  readonly run: RunRecord
}

/** Runs kept of one firing. */
const MOST_RUNS = 101

/** The runs of one firing as rows of the listing; undefined of a recurring job, whose firings have them. */
export function runsOfFiring(walker: Walker, id: string): Iterable<RunRow> | undefined {
  const { db, after } = walker
  const sql = `SELECT ${firingColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.id = ?`
  const row = db.get(sql, [id])
  const stored = row && firingOf(row)
  if (stored === undefined) return []
  if (isRecurring(stored.firing.job.schedule.type)) return undefined
  const { seq } = stored
  const newest = newestRun(stored)
  const runs = [...(newest === undefined ? [] : [newest]), ...archivedRuns(db, { seq, id }, MOST_RUNS)]
  const precedes = compareKeys(walker)
  const rows = runs.map((run) => ({ seq, key: keyOf(seq, run) }))
  return rows
    .filter(({ key }) => after === undefined || precedes(after, key))
    .sort((a, b) => (precedes(a.key, b.key) ? -1 : 1))
}

function keyOf(seq: number, { id, finishedAt, startedAt }: RunRecord): WalkKey {
  return finishedAt === undefined
    ? [runPart.open, startedAt, seq, 0]
    : [runPart.finished, finishedAt, seq, runNumber(id)]
}

/** The rows that are runs and fit. */
export function fittingRuns(db: Connection, filter: RunFilter, rows: readonly RunRow[]): readonly FoundRun[] {
  const runs = rows.filter(({ isQuiet }) => isQuiet !== true)
  const seqs = [...new Set(runs.map(({ seq }) => seq))]
  const hidden = hiddenMembers(db, seqs)
  const firings = new Map(selectList(db, lookSql, seqs).map((row) => [row[0] as number, firingOf(row)]))
  const met = runs.map((row) => ({ ...row, stored: firings.get(row.seq) }))
  const archived = readRunRecords(db, met.flatMap(olderOf))
  return met.flatMap(({ seq, key, stored }) => {
    if (stored === undefined || hidden.has(seq)) return []
    const run = runAt(stored, key) ?? archived.get(`${seq} ${key[3]}`)
    return run !== undefined && doesFit(filter, run, stored) ? [{ seq, key, run }] : []
  })
}

const lookSql = listSql(
  (list) => `SELECT ${firingColumns} FROM firings f JOIN jobs j USING (seq) WHERE f.seq IN ${list}`,
)

/** The run of a row where its firing tells it. */
function runAt(stored: StoredFiring, [part, , , n]: WalkKey): RunRecord | undefined {
  const { place } = stored.firing
  if (part === runPart.open) return place.kind === 'leased' ? place.lease.run : undefined
  const { lastRun } = stored
  return lastRun !== undefined && runNumber(lastRun.id) === n ? lastRun : undefined
}

/** The row if its run is one of the archive. */
function olderOf({ seq, key, stored }: RunRow & { readonly stored: StoredFiring | undefined }) {
  if (stored === undefined || key[0] === runPart.open || runAt(stored, key) !== undefined) return []
  return [{ seq, id: stored.firing.id, n: key[3] as number }]
}

function doesFit(
  { status, jobId, nodeId, taskType, from, to }: RunFilter,
  run: RunRecord,
  { firing }: StoredFiring,
): boolean {
  return (
    (status === undefined || openStatus(status) === openStatus(run.status)) &&
    (jobId === undefined || jobId === run.jobId || jobId === firing.id) &&
    (nodeId === undefined || nodeId === run.nodeId) &&
    (taskType === undefined || taskType === firing.job.taskType) &&
    (from === undefined || run.startedAt >= from) &&
    (to === undefined || run.startedAt < to)
  )
}

/** What is leased is found under both of its statuses. */
function openStatus(status: RunRecord['status']): string {
  return status === 'claimed' ? 'running' : status
}
