import { type JobFilter, type JobRecord, type JobStatus, type Page, type PageRequest, ValidationError } from '@dureq/types'
import { listSql, selectBatch } from './batch.ts'
import { statusCode } from './codes.ts'
import type { Connection, SqlRow, SqlValue } from './connection.ts'
import { readCounts } from './counts.ts'
import { type ListKey, readCursor, writeCursor } from './cursor.ts'
import { jobColumns } from './firing-row.ts'
import { jobOfRow } from './job-rows.ts'
import { mergeSources, type Source } from './merge.ts'

/** A listing walks over at most this many rows to the offset of a page. */
const MOST_OFFSET = 10_000

/** A row of a listing: the number of its job, and the values it is ordered by. */
interface Listed {
  readonly seq: number
  readonly key: ListKey
}

/** One page of jobs: `InspectorRole.listJobs`. */
export function listJobs(db: Connection, filter: JobFilter, page: PageRequest): Page<JobRecord> {
  const { limit, offset = 0 } = page
  if (offset > MOST_OFFSET) {
    const problem = `must not be more than ${MOST_OFFSET}: go on with a cursor`
    throw new ValidationError([{ field: 'offset', problem, limit: MOST_OFFSET }])
  }
  const listed: Listed[] = []
  let skipped = 0
  for (const row of walk(db, filter, page)) {
    if (skipped++ < offset) continue
    listed.push(row)
    if (listed.length > limit) break
  }
  const total = totalOf(db, filter)
  const rows = readRecords(db, listed.slice(0, limit))
  const last = listed[limit - 1]
  if (listed.length <= limit || last === undefined) return { rows, total, totalExact: true }
  return { rows, total, totalExact: true, cursor: writeCursor(filter, page, last.key) }
}

/** The rows of a listing from the cursor on, in its order. */
function walk(db: Connection, filter: JobFilter, page: PageRequest): Iterable<Listed> {
  const after = readCursor(filter, page)
  const isDescending = page.sort !== 'oldest'
  const walker: Walker = { db, isDescending }
  const { status, taskType } = filter
  if (status === undefined) return walkCreated(walker, taskType, after)
  const types = taskType === undefined ? typesWith(db, status) : [taskType]
  if (status === 'pending') return walkLines(walker, taskType, after)
  const sources = types.map((type) => listedSource(walker, status, type, after))
  const sign = isDescending ? -1 : 1
  return mergeSources(sources, (a, b) => sign * compareKeys(a.key, b.key) < 0)
}

interface Walker {
  readonly db: Connection
  readonly isDescending: boolean
}

/** How many rows a source reads at a time: few at first, since a page often needs few of each. */
const FIRST_CHUNK = 16
const LARGEST_CHUNK = 512

/** A source that reads on after the key of the last row it gave. */
function createSource(
  after: ListKey | undefined,
  read: (after: ListKey | undefined, limit: number) => readonly Listed[],
): Source<Listed> {
  let from = after
  let size = FIRST_CHUNK
  return {
    next() {
      const rows = read(from, size)
      from = rows.at(-1)?.key ?? from
      size = Math.min(size * 2, LARGEST_CHUNK)
      return rows
    },
  }
}

function* rowsOf(source: Source<Listed>): Generator<Listed, void, undefined> {
  for (let rows = source.next(); rows.length > 0; rows = source.next()) yield* rows
}

/** All jobs, or those of a type, in the order of their creation. */
function walkCreated({ db, isDescending }: Walker, taskType: string | undefined, after: ListKey | undefined) {
  const [beyond, order] = isDescending ? ['<', 'DESC'] : ['>', 'ASC']
  const ofType = taskType === undefined ? '' : 'type = ? AND'
  const sql = `SELECT seq FROM jobs WHERE ${ofType} seq ${beyond} ? ORDER BY seq ${order} LIMIT ?`
  const start = isDescending ? Number.MAX_SAFE_INTEGER : 0
  const named: readonly SqlValue[] = taskType === undefined ? [] : [taskType]
  const read = (from: ListKey | undefined, limit: number) =>
    db.all(sql, [...named, from?.[0] ?? start, limit]).map(([seq]) => ({ seq: seq as number, key: [seq as number] }))
  return rowsOf(createSource(after, read))
}

/** The jobs of a type that are in a status, in the order of what that status is listed by. */
function listedSource(
  { db, isDescending }: Walker,
  status: JobStatus,
  type: string,
  after: ListKey | undefined,
): Source<Listed> {
  const [beyond, order] = isDescending ? ['<', 'DESC'] : ['>', 'ASC']
  const sql = `SELECT seq, listed_at FROM firings
    WHERE status = ? AND type = ? AND listed_at IS NOT NULL AND (listed_at, seq) ${beyond} (?, ?)
    ORDER BY listed_at ${order}, seq ${order} LIMIT ?`
  const start = isDescending ? [Number.MAX_SAFE_INTEGER, 0] : [-1, 0]
  return createSource(after, (from, limit) =>
    db
      .all(sql, [statusCode(status), type, ...(from ?? start), limit])
      .map(([seq, at]) => ({ seq: seq as number, key: [at as number, seq as number] })),
  )
}
