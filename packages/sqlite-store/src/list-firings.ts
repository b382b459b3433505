import type { JobRecord, Page, PageRequest } from '@dureq/types'
import type { Connection } from './connection.ts'
import { readJobsBySeq } from './job-rows.ts'
import { readPage, writeKeyCursor } from './key-cursor.ts'
import { readTally } from './recurring-book.ts'
import { keptOf } from './tally.ts'

type FiringTimeRow = readonly [seq: number, at: number, triggered: number]

/** One page of the firings kept of a recurring job: `SchedulesRole.firings`. */
export function listFirings(db: Connection, jobId: string, page: PageRequest): Page<JobRecord> {
  const { limit } = page
  const listing = { name: jobId, width: 2 }
  const { beyond, order, offset, after } = readPage(listing, page)
  const job = db.get('SELECT seq FROM jobs WHERE id = ?', [jobId])?.[0] as number | undefined
  if (job === undefined) return { rows: [], total: 0, totalExact: true }
  const where = after === undefined ? '' : `AND (at, triggered) ${beyond} (?, ?)`
  const sql = `SELECT seq, at, triggered FROM recurring_firings WHERE job = ? ${where}
    ORDER BY at ${order}, triggered ${order} LIMIT ? OFFSET ?`
  const found = db.all(sql, [job, ...(after ?? []), limit + 1, offset]) as unknown as FiringTimeRow[]
  const shown = found.slice(0, limit)
  const rows = readJobsBySeq(
    db,
    shown.map(([seq]) => seq),
  )
  const firings = { rows, total: totalOf(db, job), totalExact: true }
  const last = shown.at(-1)
  if (found.length <= limit || last === undefined) return firings
  return { ...firings, cursor: writeKeyCursor(listing, page, [last[1], last[2]]) }
}

/** Of a job that goes on the tally tells it; one that has ended keeps few. */
function totalOf(db: Connection, job: number): number {
  const tally = db.get('SELECT tally FROM schedules WHERE seq = ?', [job])?.[0] as string | undefined
  if (tally !== undefined) return keptOf(readTally(tally))
  return db.get('SELECT count(*) FROM recurring_firings WHERE job = ?', [job])?.[0] as number
}
