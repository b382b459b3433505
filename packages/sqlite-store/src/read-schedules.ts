import type { DueReply, Page, PageRequest, RecurringSchedule, StoredSchedule } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Connection, SqlRow } from './connection.ts'
import { readFacts } from './job-facts.ts'
import { readPage, writeKeyCursor } from './key-cursor.ts'
import { readPlan, readScheduleNumbers, readTally, statusOf } from './recurring-book.ts'
import { unfinishedFirings } from './recurring-rows.ts'

const columns = 's.seq, j.id, j.type, j.facts, s.version, s.plan, s.tally'
const from = `SELECT ${columns} FROM schedules s JOIN jobs j USING (seq)`

const byIdSql = listSql(
  (list) => `SELECT ${columns} FROM jobs j JOIN schedules s USING (seq) WHERE j.id IN ${list}`,
)

/** The schedules of these jobs, in order: `SchedulesRole.get`. */
export function readSchedules(
  db: Connection,
  jobIds: readonly string[],
): readonly (StoredSchedule | undefined)[] {
  const found = new Map(selectList(db, byIdSql, jobIds).map((row) => [row[1], scheduleOfRow(db, row)]))
  return jobIds.map((id) => found.get(id))
}

/** The schedules that are due: `SchedulesRole.due`. */
export function readDue(db: Connection, limit: number, now: number): DueReply {
  const rows = db.all(`${from} WHERE s.due_at <= ? ORDER BY s.due_at, s.seq LIMIT ?`, [now, limit])
  const following = 'SELECT due_at FROM schedules WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1 OFFSET ?'
  const nextAt = db.get(following, [rows.length])?.[0] as number | undefined
  const entries = rows.map((row) => scheduleOfRow(db, row))
  return nextAt === undefined ? { entries, now } : { entries, now, nextAt }
}

const listing = { name: 'schedules', width: 1 }

/** One page of all schedules: `SchedulesRole.list`. */
export function listSchedules(db: Connection, page: PageRequest): Page<StoredSchedule> {
  const { limit } = page
  const { beyond, order, offset, after } = readPage(listing, page)
  const where = after === undefined ? '' : `WHERE s.seq ${beyond} ?`
  const sql = `${from} ${where} ORDER BY s.seq ${order} LIMIT ? OFFSET ?`
  const found = db.all(sql, [...(after ?? []), limit + 1, offset])
  const rows = found.slice(0, limit)
  const total = readScheduleNumbers(db).count
  const schedules = { rows: rows.map((row) => scheduleOfRow(db, row)), total, totalExact: true }
  const last = rows.at(-1)
  return found.length <= limit || last === undefined
    ? schedules
    : { ...schedules, cursor: writeKeyCursor(listing, page, [last[0] as number]) }
}

type ScheduleRow = readonly [
  seq: number,
  id: string,
  type: string,
  facts: string,
  version: number,
  plan: string,
  tally: string,
]

function scheduleOfRow(db: Connection, row: SqlRow): StoredSchedule {
  const [seq, jobId, taskType, factsText, version, planText, tallyText] = row as unknown as ScheduleRow
  const facts = readFacts(factsText)
  const plan = readPlan(planText)
  const { over: _, ...told } = plan
  return {
    jobId,
    taskType,
    schedule: facts.schedule as RecurringSchedule<number, number>,
    version,
    createdAt: facts.createdAt,
    status: statusOf({ plan, tally: readTally(tallyText) }),
    unfinished: unfinishedFirings(db, { seq, id: jobId }),
    ...told,
  }
}
