import type { JobEvent } from '@dureq/types'
import type { Connection, SqlRow } from './connection.ts'
import { packEvents, unpackEvents } from './event-text.ts'
import type { Numbers } from './numbers.ts'

/** Most events of one row. */
const ROW_EVENTS = 100

/** The log keeps this many events, if they are not older than a day. */
const KEPT_EVENTS = 100_000

/** The log keeps an event this long. */
export const KEPT_EVENTS_MS: number = 24 * 60 * 60 * 1000

/** An event with its running number. */
export interface NumberedEvent {
  readonly number: number
  readonly event: JobEvent
}

/** The log is cut when it is longer by this many: to take away what each step adds would double the cost of it. */
const CUT_EVENTS = 1_000

/** A step takes at most this many rows away. */
const CUT_ROWS = 1_000

/** What is known of the log. */
export interface LogEnd {
  /** A number up to which no event is kept. */
  gone: number
}

/** Adds the events of one step to the log, and lets those go that are too many. */
export function appendEvents({ db, numbers, events, now }: Appending, end: LogEnd): void {
  for (let from = 0; from < events.length; from += ROW_EVENTS) {
    const row = events.slice(from, from + ROW_EVENTS)
    numbers.event += row.length
    const body = packEvents(row)
    db.run('INSERT INTO events (last, count, at, body) VALUES (?, ?, ?, ?)', [
      numbers.event,
      row.length,
      now,
      body,
    ])
  }
  cut(db, numbers.event, end)
}

/** A step that adds events. */
export interface Appending {
  readonly db: Connection
  readonly numbers: Numbers
  readonly events: readonly JobEvent[]
  readonly now: number
}

function cut(db: Connection, lastEvent: number, end: LogEnd): void {
  if (lastEvent - end.gone < KEPT_EVENTS + CUT_EVENTS) return
  const tooMany = 'SELECT last FROM events WHERE last <= ? ORDER BY last LIMIT ?'
  db.run(`DELETE FROM events WHERE last IN (${tooMany})`, [lastEvent - KEPT_EVENTS, CUT_ROWS])
  end.gone = firstKept(db, lastEvent) - 1
}

/** Removes up to `limit` rows of events that are too old; answers with how many it removed. */
export function trimEvents(db: Connection, now: number, limit: number): number {
  const oldest = 'SELECT last, at FROM events ORDER BY last LIMIT ?'
  const tooOld = `SELECT last FROM (${oldest}) WHERE at <= ?`
  return db.run(`DELETE FROM events WHERE last IN (${tooOld})`, [limit, now - KEPT_EVENTS_MS])
}

/** Number of the first event that is still kept; one more than the last ever written when there is none. */
export function firstKept(db: Connection, lastEvent: number): number {
  const row = db.get('SELECT last - count + 1 FROM events ORDER BY last LIMIT 1')
  return row === undefined ? lastEvent + 1 : (row[0] as number)
}

/** Up to `limit` events after a number, oldest first. */
export function eventsAfter(db: Connection, number: number, limit: number): readonly NumberedEvent[] {
  const found: NumberedEvent[] = []
  const sql = 'SELECT last, count, at, body FROM events WHERE last > ? ORDER BY last LIMIT 16'
  for (let after = number; found.length < limit; ) {
    const rows = db.all(sql, [after])
    for (const row of rows) found.push(...unpack(row).filter((each) => each.number > number))
    if (rows.length === 0) break
    after = rows[rows.length - 1]?.[0] as number
  }
  return found.slice(0, limit)
}

/** Up to `limit` events, newest first. */
export function newestEvents(db: Connection, limit: number): readonly NumberedEvent[] {
  const found: NumberedEvent[] = []
  const sql = 'SELECT last, count, at, body FROM events WHERE last < ? ORDER BY last DESC LIMIT 16'
  for (let before = Number.MAX_SAFE_INTEGER; found.length < limit; ) {
    const rows = db.all(sql, [before])
    for (const row of rows) found.push(...unpack(row).reverse())
    if (rows.length === 0) break
    before = rows[rows.length - 1]?.[0] as number
  }
  return found.slice(0, limit)
}

function unpack([last, count, at, body]: SqlRow): NumberedEvent[] {
  const first = (last as number) - (count as number) + 1
  return unpackEvents(body as string, at as number).map((event, i) => ({ number: first + i, event }))
}
