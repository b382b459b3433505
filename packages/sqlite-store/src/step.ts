import type { EndedFiring, Firing, JobEvent, Retention } from '@dureq/types'
import type { Connection } from './connection.ts'
import { type CountChanges, createCountChanges } from './counts.ts'
import { appendEvents } from './event-log.ts'
import { createFiringTable, type FiringTable } from './firing-table.ts'
import { createInstanceBook, type InstanceBook, type OnMemberEnd } from './instance-book.ts'
import type { LineBook } from './lines.ts'
import { createNews, type News } from './news.ts'
import { type Numbers, writeNumbers } from './numbers.ts'
import type { Recall } from './recall.ts'
import { createRecurringBook, type RecurringBook } from './recurring-book.ts'
import type { StoredFiring } from './stored-firing.ts'

/** What else changes when a firing of a recurring job does. */
export interface FiringFollower {
  moved(step: Step, stored: StoredFiring, before: Firing): void
  /** An ended one was removed. */
  removed(step: Step, firing: Firing): void
}

/** One transaction that changes something: what it works with, and what it has to tell afterwards. */
export interface Step {
  readonly db: Connection
  readonly recall: Recall
  /** The instant of everything this step does. */
  readonly now: number
  readonly numbers: Numbers
  readonly retention: Retention
  readonly firings: FiringTable
  readonly lines: LineBook
  readonly counts: CountChanges
  readonly recurring: RecurringBook
  readonly instances: InstanceBook
  readonly follower: FiringFollower
  readonly events: JobEvent[]
  /** What the call ended that is carried out just now. */
  readonly ended: EndedFiring[]
  readonly news: News
  /** Writes all that was collected: the last act of the step. */
  finish(): void
}

/** What a step begins with. */
export interface StepOptions {
  readonly db: Connection
  readonly recall: Recall
  readonly now: number
  readonly retention: Retention
  readonly follower: FiringFollower
  /** What the end of a member means for its instance. */
  readonly onMemberEnd: OnMemberEnd
}

/** Begins a step inside a transaction. */
export function beginStep({ db, recall, now, retention, follower, onMemberEnd }: StepOptions): Step {
  const { numbers, lines } = recall
  const before: Numbers = { ...numbers }
  const news = createNews(before)
  const firings = createFiringTable(db, recall.leased)
  const counts = createCountChanges(db, recall.counts)
  const recurring = createRecurringBook()
  const instances = createInstanceBook(db, onMemberEnd)
  const events: JobEvent[] = []
  const step: Step = {
    db,
    recall,
    now,
    numbers,
    retention,
    firings,
    lines,
    counts,
    recurring,
    instances,
    follower,
    events,
    ended: [],
    news,
    finish() {
      recurring.flush(step)
      instances.flush(step)
      firings.flush()
      lines.flush((line, by) => {
        if (by > 0) news.grown.push([line, by])
      })
      counts.flush()
      appendEvents({ db, numbers, events, now }, recall.log)
      writeNumbers(db, before, numbers)
      news.after = { ...numbers }
      recall.quietUntil = Math.min(recall.quietUntil, news.dueAt)
    },
  }
  return step
}
