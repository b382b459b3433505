import type { EndedFiring, Firing, JobEvent, Retention, Settings } from '@dureq/types'
import type { Connection } from './connection.ts'
import { type CountChanges, createCountChanges } from './counts.ts'
import { appendEvents } from './event-log.ts'
import { createFiringTable, type FiringTable } from './firing-table.ts'
import { flushFlow, mayStart, settleFlow } from './flow.ts'
import type { FlowRules } from './flow-rules.ts'
import { createHistoryBook, type HistoryBook } from './history-book.ts'
import { createInstanceBook, type InstanceBook, type OnMemberEnd } from './instance-book.ts'
import type { LineBook } from './line-book.ts'
import type { LineGroup } from './line-group.ts'
import { createNews, type News } from './news.ts'
import { type Numbers, writeNumbers } from './numbers.ts'
import type { Recall } from './recall.ts'
import { createRecurringBook, type RecurringBook } from './recurring-book.ts'
import type { RetentionPace } from './retention-pace.ts'
import type { StoredFiring } from './stored-firing.ts'
import { followServing, type ServedTypes } from './unserved.ts'

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
  readonly settings: Settings
  readonly retention: Retention
  /** How work flows by the settings. */
  readonly rules: FlowRules
  readonly served: ServedTypes
  readonly pace: RetentionPace
  readonly firings: FiringTable
  readonly lines: LineBook
  readonly counts: CountChanges
  readonly history: HistoryBook
  readonly recurring: RecurringBook
  readonly instances: InstanceBook
  readonly follower: FiringFollower
  readonly events: JobEvent[]
  /** What the call ended that is carried out just now. */
  readonly ended: EndedFiring[]
  readonly news: News
  /** New settings hold from here on. */
  adopt(known: KnownSettings): void
  /** Writes all that was collected: the last act of the step. */
  finish(): void
}

/** Settings, and what follows from them. */
export interface KnownSettings {
  readonly settings: Settings
  readonly rules: FlowRules
}

/** What a step begins with. */
export interface StepOptions {
  readonly db: Connection
  readonly recall: Recall
  readonly now: number
  readonly known: KnownSettings
  readonly served: ServedTypes
  readonly pace: RetentionPace
  readonly follower: FiringFollower
  /** What the end of a member means for its instance. */
  readonly onMemberEnd: OnMemberEnd
}

/** Begins a step inside a transaction. */
export function beginStep(options: StepOptions): Step {
  const { db, recall, now, served, pace, follower, onMemberEnd } = options
  let { known } = options
  const { numbers, lines } = recall
  const before: Numbers = { ...numbers }
  const news = createNews(before)
  const firings = createFiringTable(db, recall.leased)
  const counts = createCountChanges(db, recall.counts, news.shrunk)
  const history = createHistoryBook()
  const recurring = createRecurringBook()
  const instances = createInstanceBook(db, onMemberEnd)
  const events: JobEvent[] = []
  const step: Step = {
    db,
    recall,
    now,
    numbers,
    get settings() {
      return known.settings
    },
    get retention() {
      return known.settings.retention
    },
    get rules() {
      return known.rules
    },
    served,
    pace,
    firings,
    lines,
    counts,
    history,
    recurring,
    instances,
    follower,
    events,
    ended: [],
    news,
    adopt(changed) {
      known = changed
    },
    finish() {
      recurring.flush(step)
      instances.flush(step)
      history.flush(step)
      firings.flush()
      settleFlow(step)
      flushLines(step)
      flushFlow(step)
      counts.flush()
      appendEvents({ db, numbers, events, now }, recall.log)
      writeNumbers(db, before, numbers)
      news.after = { ...numbers }
      recall.quietUntil = Math.min(recall.quietUntil, news.dueAt)
    },
  }
  return step
}

function flushLines(step: Step): void {
  const made: LineGroup[] = []
  const closed: LineGroup[] = []
  step.lines.flush({
    grown(group, by) {
      if (by > 0 && mayStart(step, group)) step.news.grown.push([group, by])
    },
    made: (group) => void made.push(group),
    closed: (group) => void closed.push(group),
  })
  followServing(step, { made, closed })
}
