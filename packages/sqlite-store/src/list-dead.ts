import {
  type DeadFilter,
  holdsText,
  type JobDefinition,
  type JobRecord,
  type Page,
  type PageRequest,
} from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import { type BoundedListing, readBounded } from './bounded-page.ts'
import { recurringStatusCode, statusCode } from './codes.ts'
import type { Connection } from './connection.ts'
import { firingColumns, firingWithJob } from './firing-row.ts'
import { hiddenMembers, readVisibleCounts } from './hidden-members.ts'
import { readJobsBySeq } from './job-rows.ts'
import type { Listed } from './walk.ts'
import { walkEnds } from './walk-ends.ts'

const codes = [statusCode('dead'), recurringStatusCode('dead')] as const

/** One page of dead firings: `InspectorRole.listDead`. */
export function listDead(db: Connection, filter: DeadFilter, page: PageRequest): Page<JobRecord> {
  const { rows, found, ...more } = readBounded(listingOf(db, filter, page), page)
  const records = readJobsBySeq(
    db,
    rows.map(({ seq }) => seq),
  )
  const { tag, search, taskType } = filter
  const totalExact = tag === undefined && search === undefined
  return { rows: records, total: totalExact ? countDead(db, taskType) : found, totalExact, ...more }
}

function listingOf(db: Connection, filter: DeadFilter, page: PageRequest): BoundedListing<Listed> {
  const { taskType, tag, search } = filter
  const isDescending = page.sort !== 'oldest'
  return {
    name: ['dead', taskType, tag, search],
    isKey: (key): key is readonly number[] =>
      key.length === 3 && key.every((part) => typeof part === 'number'),
    walk: (after) => walkEnds({ db, isDescending, after }, { codes, taskType }),
    fitting: (rows) => fitting(db, filter, rows),
  }
}

const lookSql = listSql(
  (list) => `SELECT ${firingColumns} FROM firings f JOIN jobs j USING (seq) WHERE f.seq IN ${list}`,
)

function fitting(db: Connection, filter: DeadFilter, rows: readonly Listed[]): readonly Listed[] {
  const seqs = rows.map(({ seq }) => seq)
  const hidden = hiddenMembers(db, seqs)
  const isShown = ({ seq }: Listed): boolean => !hidden.has(seq)
  if (filter.tag === undefined && filter.search === undefined) return rows.filter(isShown)
  const read = selectList(db, lookSql, seqs).map(firingWithJob)
  const fits = new Set(
    read.flatMap(({ stored, definition }) =>
      doesFit(filter, definition, stored.firing) ? [stored.seq] : [],
    ),
  )
  return rows.filter((row) => isShown(row) && fits.has(row.seq))
}

interface Dead {
  readonly id: string
  readonly lastError: string | undefined
}

function doesFit({ tag, search }: DeadFilter, job: JobDefinition, { id, lastError }: Dead): boolean {
  if (tag !== undefined && !job.tags.includes(tag)) return false
  return search === undefined || holdsText(search, id, job.taskType, lastError)
}

function countDead(db: Connection, taskType: string | undefined): number {
  const jobs = readVisibleCounts(db)
    .filter((count) => count.status === 'dead' && (taskType === undefined || count.taskType === taskType))
    .reduce((sum, { count }) => sum + count, 0)
  const ofType = taskType === undefined ? '' : 'AND type = ?'
  const sql = `SELECT coalesce(sum(count), 0) FROM counts WHERE status = ? ${ofType}`
  const params = [recurringStatusCode('dead'), ...(taskType === undefined ? [] : [taskType])]
  return jobs + (db.get(sql, params)?.[0] as number)
}
