import type { JobFilter, JobRecord, Page, PageRequest } from '@dureq/types'
import type { Connection } from './connection.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { filterJobs, isFiltered } from './filter-jobs.ts'
import { readVisibleCounts, withoutHidden } from './hidden-members.ts'
import { readJobsBySeq } from './job-rows.ts'
import { checkOffset } from './key-cursor.ts'
import { type Listed, walkJobs } from './walk.ts'

/** One page of jobs: `InspectorRole.listJobs`. */
export function listJobs(db: Connection, filter: JobFilter, page: PageRequest): Page<JobRecord> {
  if (isFiltered(filter)) return filterJobs(db, filter, page)
  const { limit, offset = 0 } = page
  checkOffset(offset)
  const listed = slice(withoutHidden(db, walk(db, filter, page)), offset, limit + 1)
  const rows = readJobsBySeq(
    db,
    listed.slice(0, limit).map(({ seq }) => seq),
  )
  const found = { rows, total: totalOf(db, filter), totalExact: true }
  const last = listed[limit - 1]
  if (listed.length <= limit || last === undefined) return found
  return { ...found, cursor: writeCursor(filter, page, last.key) }
}

/** The rows of a listing from its cursor on, in its order. */
function walk(db: Connection, filter: JobFilter, page: PageRequest): Iterable<Listed> {
  const after = readCursor(filter, page)
  return walkJobs({ db, isDescending: page.sort !== 'oldest', after }, filter)
}

function slice(rows: Iterable<Listed>, from: number, count: number): readonly Listed[] {
  const found: Listed[] = []
  let met = 0
  for (const row of rows) {
    if (met++ < from) continue
    found.push(row)
    if (found.length === count) break
  }
  return found
}

function totalOf(db: Connection, { status, taskType }: JobFilter): number {
  return readVisibleCounts(db)
    .filter((count) => status === undefined || count.status === status)
    .filter((count) => taskType === undefined || count.taskType === taskType)
    .reduce((sum, { count }) => sum + count, 0)
}
