import { type JobRecord, jobRecordOf } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Connection, SqlRow } from './connection.ts'
import { firingWithJob, jobColumns } from './firing-row.ts'

const byIdSql = listSql(
  (list) => `SELECT ${jobColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.id IN ${list}`,
)

const bySeqSql = listSql(
  (list) => `SELECT ${jobColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.seq IN ${list}`,
)

/** The jobs with these ids, in order; undefined where there is none. */
export function readJobs(db: Connection, ids: readonly string[]): readonly (JobRecord | undefined)[] {
  const records = new Map(selectList(db, byIdSql, ids).map((row) => [row[1], jobOfRow(row)]))
  return ids.map((id) => records.get(id))
}

/** The jobs with these numbers that exist, in order. */
export function readJobsBySeq(db: Connection, seqs: readonly number[]): readonly JobRecord[] {
  const records = new Map(selectList(db, bySeqSql, seqs).map((row) => [row[0], jobOfRow(row)]))
  return seqs.flatMap((seq) => records.get(seq) ?? [])
}

/** The record of a row of `jobColumns`. */
function jobOfRow(row: SqlRow): JobRecord {
  const { stored, definition } = firingWithJob(row)
  return jobRecordOf(definition, stored.firing)
}
