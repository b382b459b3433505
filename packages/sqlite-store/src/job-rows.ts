import { isRecurring, type JobRecord, type JobResult, type JsonText, jobRecordOf } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Connection, SqlRow } from './connection.ts'
import { type FiringWithJob, firingColumns, firingOf, firingWithJob, jobColumns } from './firing-row.ts'
import { hiddenMembers } from './hidden-members.ts'
import { withPayloads } from './recurring-payloads.ts'

const byIdSql = listSql(
  (list) => `SELECT ${jobColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.id IN ${list}`,
)

const bySeqSql = listSql(
  (list) => `SELECT ${jobColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.seq IN ${list}`,
)

/** The jobs and firings with these ids, in order; undefined where there is none. */
export function readJobs(db: Connection, ids: readonly string[]): readonly (JobRecord | undefined)[] {
  const records = recordsOf(db, visibleRows(db, selectList(db, byIdSql, ids)), 1)
  return ids.map((id) => records.get(id))
}

/** Rows of `jobColumns` without the members of removed instances. */
function visibleRows(db: Connection, rows: readonly SqlRow[]): readonly SqlRow[] {
  const hidden = hiddenMembers(
    db,
    rows.map(([seq]) => seq as number),
  )
  return hidden.size === 0 ? rows : rows.filter(([seq]) => !hidden.has(seq as number))
}

/** The jobs and firings with these numbers that exist, in order. */
export function readJobsBySeq(db: Connection, seqs: readonly number[]): readonly JobRecord[] {
  const records = recordsOf(db, selectList(db, bySeqSql, seqs), 0)
  return seqs.flatMap((seq) => records.get(seq) ?? [])
}

/** The records of rows of `jobColumns` by one of their columns. */
function recordsOf(db: Connection, rows: readonly SqlRow[], by: 0 | 1): ReadonlyMap<unknown, JobRecord> {
  const read = withPayloads(db, rows.map(firingWithJob))
  return new Map(read.map((each, i) => [rows[i]?.[by], jobRecord(db, each)]))
}

function jobRecord(db: Connection, { stored, definition }: FiringWithJob): JobRecord {
  const record = jobRecordOf(definition, stored.firing)
  // A job that was cancelled as a whole tells that rather than how a firing of it did.
  if (!isRecurring(definition.schedule.type) || record.status === 'cancelled') return record
  const result = newestResult(db, stored.seq)
  return result === undefined ? record : { ...record, result }
}

/** How the newest firing of a recurring job that has ended did. */
function newestResult(db: Connection, job: number): JobResult<JsonText> | undefined {
  const newest = `SELECT seq FROM recurring_firings WHERE job = ? AND ended IS NOT NULL
    ORDER BY at DESC, triggered DESC LIMIT 1`
  const sql = `SELECT ${firingColumns} FROM firings f JOIN jobs j USING (seq) WHERE f.seq = (${newest})`
  const row = db.get(sql, [job])
  const place = row && firingOf(row).firing.place
  return place?.kind === 'ended' ? place.result : undefined
}
