import { type Firing, type JobDefinition, type Recurrence, tell } from '@dureq/types'
import { listedAtOf } from './firing-columns.ts'
import type { RecurringJob } from './recurring-book.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'
import { emptyTally } from './tally.ts'

/** Stores a new recurring job with its schedule. */
export function addRecurring(step: Step, definition: JobDefinition, recurrence: Recurrence): void {
  const { anchorAt, next } = recurrence
  const firing = newRecurring(step, definition, next.nextRunAt)
  const stored: StoredFiring = {
    seq: ++step.numbers.ticket,
    uniqueKey: definition.uniqueKey,
    requestId: definition.requestId,
    owner: undefined,
    tags: definition.tags,
    marks: 0,
    firing,
    lastRun: undefined,
    tier: null,
    pos: null,
    listedAt: listedAtOf(firing, undefined),
  }
  step.counts.add(definition.taskType, firing.status, 1)
  step.recall.keys.joined(definition.concurrencyKeys ?? [], 'kept')
  step.firings.add(stored, definition)
  const plan = { anchorAt, next, pausedSpans: [], skips: [], skippedTimes: 0 }
  const flags = { isClearing: false, isChanged: false }
  const job: RecurringJob = { stored, tally: emptyTally(), version: 1, plan, ...flags }
  step.recurring.add(step, job)
  step.recurring.noteEarlier(step)
  step.events.push(tell('job.scheduled', firing), tell('schedule.created', firing))
}

function newRecurring({ now }: Step, job: JobDefinition, nextRunAt: number): Firing {
  return {
    id: job.id,
    job,
    status: 'scheduled',
    place: { kind: 'recurring', since: now, nextRunAt, pausedAt: undefined },
    executions: 0,
    attempt: 0,
    consecutiveErrors: 0,
    lastError: undefined,
    lastRunAt: undefined,
    completedAt: undefined,
    updatedAt: now,
  }
}
