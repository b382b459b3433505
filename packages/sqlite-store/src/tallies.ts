import {
  DAILY_COUNTS_KEPT,
  type DailyCount,
  dailyCountsOf,
  nothingCounted,
  type Retention,
  utcDay,
  utcDayStart,
} from '@dureq/types'
import { dueClass, retainedClasses } from './codes.ts'
import type { Connection } from './connection.ts'
import type { Step } from './step.ts'

/** What is tallied, by the number it is stored under. The numbers are part of the file format. */
export const tallyKind = {
  /** Runs that succeeded on a UTC day. */
  processed: 0,
  /** Attempts that failed on a UTC day. */
  failed: 1,
  /** Ended jobs that are kept by the retention settings, by due class. */
  kept: 2,
  /** Entries of finished runs. */
  finishedRuns: 3,
  /** Ends without a run. */
  quietEnds: 4,
  /** Leases that were taken back on a UTC day. */
  reclaimed: 5,
} as const

/** What is tallied by days. */
export const dailyKinds: readonly (keyof Omit<DailyCount, 'date'>)[] = ['processed', 'failed', 'reclaimed']

/** Their numbers, for a list in SQL. */
export const dailyNumbers: string = dailyKinds.map((name) => tallyKind[name]).join(', ')

type TallyKind = (typeof tallyKind)[keyof typeof tallyKind]

/** Collects what one step adds to the tallies, so that all of it is one statement. */
export interface TallyChanges {
  add(kind: TallyKind, of: number, by: number): void
  flush(db: Connection): void
}

const addSql = `INSERT INTO tallies (kind, of, count)
  SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
  ON CONFLICT (kind, of) DO UPDATE SET count = count + excluded.count`

/** The tallies of one step. */
export function createTallyChanges(): TallyChanges {
  const changes = new Map<string, [kind: TallyKind, of: number, by: number]>()
  return {
    add(kind, of, by) {
      const name = `${kind} ${of}`
      const known = changes.get(name)
      if (known === undefined) changes.set(name, [kind, of, by])
      else known[2] += by
    },
    flush(db) {
      const changed = [...changes.values()].filter(([, , by]) => by !== 0)
      if (changed.length > 0) db.run(addSql, [JSON.stringify(changed)])
      changes.clear()
    },
  }
}

/** A tally. */
export function readTallyOf(db: Connection, kind: TallyKind, of: number = 0): number {
  const row = db.get('SELECT count FROM tallies WHERE kind = ? AND of = ?', [kind, of])
  return (row?.[0] as number | undefined) ?? 0
}

/** The newest UTC days: `InspectorRole.dailyCounts`. */
export function readDailyCounts(db: Connection, now: number, days: number): readonly DailyCount[] {
  const sql = `SELECT kind, of, count FROM tallies WHERE kind IN (${dailyNumbers}) AND of > ?`
  const counted = new Map<number, Omit<DailyCount, 'date'>>()
  for (const [kind, day, count] of db.all(sql, [utcDay(now) - DAILY_COUNTS_KEPT]) as readonly [
    number,
    number,
    number,
  ][]) {
    const name = dailyKinds.find((each) => tallyKind[each] === kind)
    if (name !== undefined) counted.set(day, { ...(counted.get(day) ?? nothingCounted), [name]: count })
  }
  return dailyCountsOf(now, days, counted)
}

/** Forgets what was counted on days that are too old; answers with how many rows that were. */
export function forgetDays({ db, now }: Step): number {
  const sql = `DELETE FROM tallies WHERE kind IN (${dailyNumbers}) AND of <= ?`
  return db.run(sql, [utcDay(now) - DAILY_COUNTS_KEPT])
}

/** When what was counted on a day is to be forgotten. */
export function forgetDayAt(day: number | null | undefined): number | undefined {
  return day == null ? undefined : utcDayStart(day + DAILY_COUNTS_KEPT)
}

/** Ended jobs of one due class that are more than the settings allow. */
export interface Excess {
  readonly dueClass: number
  readonly count: number
}

/** What is more than the settings allow; reads nothing where they allow any number. */
export function readExcess(db: Connection, retention: Retention): readonly Excess[] {
  return retainedClasses.flatMap((status) => {
    const cap = retention[`${status}Count`]
    if (cap === undefined) return []
    const count = readTallyOf(db, tallyKind.kept, dueClass[status]) - cap
    return count > 0 ? [{ dueClass: dueClass[status], count }] : []
  })
}
