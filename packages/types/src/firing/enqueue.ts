import type { JobSchedule } from '../job.ts'
import type { NewJob } from '../store/jobs.ts'
import type { Firing } from './firing.ts'
import type { Move } from './move.ts'
import { tell } from './tell.ts'

/** What stays of a draft once the store has accepted it: everything about a job that is not state. */
export interface JobDefinition extends Omit<NewJob, 'delayMs' | 'runAt' | 'recurrence'> {
  readonly schedule: JobSchedule
  readonly tags: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly createdAt: number
}

/**
 * The job a draft becomes: a delay counts from now, a `runAt` stays as given, both make it ONE_TIME. A delay of 0
 * is none. A recurrence brings its schedule along. `id` is the one it has in the store.
 */
export function defineJob(draft: NewJob, id: string, now: number): JobDefinition {
  const { taskType, payload, priority, tags = [], headers = {} } = draft
  const job: JobDefinition = {
    id,
    taskType,
    payload,
    priority,
    schedule: scheduleOf(draft, now),
    tags,
    headers,
    createdAt: now,
  }
  // Not spread: that takes many times as long, and this is done for every job.
  for (const name of optional) copyIfGiven(draft, job, name)
  return job
}

/** What a draft may leave to the handler; what it leaves out stays out. */
const optional = [
  'retryPolicy',
  'uniqueKey',
  'requestId',
  'dlqAfter',
  'version',
  'timeoutMs',
  'scheduleToStartTimeoutMs',
  'heartbeatTimeoutMs',
  'retainMs',
  'concurrencyKeys',
  'workflowId',
  'workflowTask',
  'batchId',
  'batchRole',
  'batchItem',
  'batchPlace',
] as const satisfies readonly (keyof NewJob)[]

type Optional = { -readonly [Name in (typeof optional)[number]]?: NewJob[Name] }

function copyIfGiven<Name extends keyof Optional>(from: NewJob, to: Optional, name: Name): void {
  const value = from[name]
  if (value !== undefined) to[name] = value
}

function scheduleOf({ delayMs, runAt, recurrence }: NewJob, now: number): JobSchedule {
  if (recurrence !== undefined) return recurrence.schedule
  const at = runAt ?? (delayMs === undefined || delayMs === 0 ? undefined : now + delayMs)
  return at === undefined ? { type: 'IMMEDIATE' } : { type: 'ONE_TIME', runAt: at }
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
