import type { EndedFiring, JobEvent, Retention } from '@dureq/types'
import type { Connection } from './connection.ts'
import { type CountChanges, createCountChanges } from './counts.ts'
import { appendEvents } from './event-log.ts'
import { createFiringTable, type FiringTable } from './firing-table.ts'
import { createLineChanges, type LineChanges } from './lines.ts'
import { createNews, type News } from './news.ts'
import { type Numbers, readNumbers, writeNumbers } from './numbers.ts'

/** One transaction that changes something: what it works with, and what it has to tell afterwards. */
export interface Step {
  readonly db: Connection
  /** The instant of everything this step does. */
  readonly now: number
  readonly numbers: Numbers
  readonly retention: Retention
  readonly firings: FiringTable
  readonly lines: LineChanges
  readonly counts: CountChanges
  readonly events: JobEvent[]
  readonly ended: EndedFiring[]
  readonly news: News
  /** Writes what was collected. The last act of the step; also before a query that must find it. */
  flush(): void
}

/** Begins a step inside a transaction. */
export function beginStep(db: Connection, now: number, retentionOf: (numbers: Numbers) => Retention): Step {
  const numbers = readNumbers(db)
  let before: Numbers = { ...numbers }
  const news = createNews(before)
  const firings = createFiringTable(db)
  const lines = createLineChanges(db, numbers, news.growth.add)
  const counts = createCountChanges(db)
  const events: JobEvent[] = []
  return {
    db,
    now,
    numbers,
    retention: retentionOf(numbers),
    firings,
    lines,
    counts,
    events,
    ended: [],
    news,
    flush() {
      firings.flush()
      lines.flush()
      counts.flush()
      if (events.length > 0) appendEvents(db, numbers, events.splice(0), now)
      writeNumbers(db, before, numbers)
      before = { ...numbers }
      news.after = before
    },
  }
}
