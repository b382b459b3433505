import type { JobSchedule } from '../job.ts'
import type { NewJob } from '../store/jobs.ts'
import type { Firing } from './firing.ts'
import type { Move } from './move.ts'
import { tell } from './tell.ts'

/** What stays of a draft once the store has accepted it: everything about a job that is not state. */
export interface JobDefinition extends Omit<NewJob, 'delayMs' | 'runAt'> {
  readonly schedule: JobSchedule
  readonly tags: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly createdAt: number
}

/**
 * The job a draft becomes: a delay counts from now, a `runAt` stays as given, both make it ONE_TIME. A delay of 0
 * is none. `id` is the one it has in the store.
 */
export function defineJob(draft: NewJob, id: string, now: number): JobDefinition {
  const { delayMs, runAt, ...rest } = draft
  const at = runAt ?? (delayMs === undefined || delayMs === 0 ? undefined : now + delayMs)
  const schedule: JobSchedule = at === undefined ? { type: 'IMMEDIATE' } : { type: 'ONE_TIME', runAt: at }
  return { ...rest, id, schedule, tags: draft.tags ?? [], headers: draft.headers ?? {}, createdAt: now }
}

/** A new job: at the back of its line when it is due, else scheduled. */
export function enqueueFiring(job: JobDefinition, now: number): Move {
  const { schedule } = job
  const later = schedule.type === 'ONE_TIME' && schedule.runAt > now ? schedule.runAt : undefined
  const firing: Firing = {
    id: job.id,
    job,
    status: later === undefined ? 'pending' : 'scheduled',
    place:
      later === undefined ? { kind: 'line', end: 'back', claimableAt: now } : { kind: 'due', dueAt: later },
    executions: 0,
    attempt: 0,
    consecutiveErrors: 0,
    lastError: undefined,
    lastRunAt: undefined,
    completedAt: undefined,
    updatedAt: now,
  }
  const type = later === undefined ? 'job.enqueued' : 'job.scheduled'
  return { kind: 'moved', firing, events: [tell(type, firing)] }
}
