import { holdsText, type JobFilter, type JobRecord, type Page, type PageRequest } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import { type BoundedListing, readBounded } from './bounded-page.ts'
import { statusOf } from './codes.ts'
import type { Connection } from './connection.ts'
import { isKeyOf } from './cursor.ts'
import { hiddenMembers } from './hidden-members.ts'
import { readJobsBySeq } from './job-rows.ts'
import { createSource, directionOf, type Listed, rowsOf, type Walker, walkJobs } from './walk.ts'

/** Whether a filter asks for more than a structure is kept for. */
export function isFiltered({ tag, search }: JobFilter): boolean {
  return tag !== undefined || search !== undefined
}

/** One page of jobs of such a filter: `InspectorRole.listJobs`. */
export function filterJobs(db: Connection, filter: JobFilter, page: PageRequest): Page<JobRecord> {
  const { rows, found, ...more } = readBounded(listingOf(db, filter, page), page)
  const records = readJobsBySeq(
    db,
    rows.map(({ seq }) => seq),
  )
  return { rows: records, total: found, totalExact: false, ...more }
}

function listingOf(db: Connection, filter: JobFilter, page: PageRequest): BoundedListing<Listed> {
  const { status, taskType, tag, search } = filter
  const isDescending = page.sort !== 'oldest'
  const walked = tag === undefined ? filter : {}
  return {
    name: ['jobs', status, taskType, tag, search],
    isKey: (key) => isKeyOf(key, walked),
    walk: (after) => {
      const walker = { db, isDescending, after }
      return tag === undefined ? walkJobs(walker, walked) : walkTag(walker, tag)
    },
    fitting: (rows) => fitting(db, filter, rows),
  }
}

/** The jobs of a tag in the order of their creation. */
function walkTag(walker: Walker, tag: string): Iterable<Listed> {
  const { beyond, order, start } = directionOf(walker)
  const sql = `SELECT seq FROM tags WHERE tag = ? AND seq ${beyond} ? ORDER BY seq ${order} LIMIT ?`
  return rowsOf(
    createSource(walker.after ?? [start], (from, limit) =>
      walker.db
        .all(sql, [tag, ...from, limit])
        .map(([seq]) => ({ seq: seq as number, key: [seq as number] })),
    ),
  )
}

const lookSql = listSql(
  (list) =>
    `SELECT f.seq, j.id, f.type, f.status FROM firings f JOIN jobs j USING (seq) WHERE f.seq IN ${list}`,
)

function fitting(db: Connection, filter: JobFilter, rows: readonly Listed[]): readonly Listed[] {
  const { status, taskType, search } = filter
  const seqs = rows.map(({ seq }) => seq)
  const hidden = hiddenMembers(db, seqs)
  const fits = new Set<number>()
  for (const [seq, id, type, code] of selectList(db, lookSql, seqs)) {
    if (hidden.has(seq as number)) continue
    if (status !== undefined && statusOf(code as number) !== status) continue
    if (taskType !== undefined && type !== taskType) continue
    if (search !== undefined && !holdsText(search, id as string, type as string)) continue
    fits.add(seq as number)
  }
  return rows.filter(({ seq }) => fits.has(seq))
}
