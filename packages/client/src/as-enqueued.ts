import { defineJob, type Job, type JsonValue, type NewJob } from '@dureq/types'

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

/** A job as it was stored at `createdAt`, on the store's clock: it need not be read back. */
export function asEnqueued(draft: NewJob, id: string, createdAt: number): Job {
  // Filled in rather than copied member by member into another object: that takes several times as long.
  const job = defineJob(draft, id, createdAt) as Writable<Job>
  job.payload = JSON.parse(draft.payload) as JsonValue
  const { recurrence } = draft
  if (recurrence !== undefined) {
    job.schedule = recurrence.schedule
    job.nextRunAt = recurrence.next.nextRunAt
  }
  const { schedule } = job
  const isLater = schedule.type === 'ONE_TIME' && schedule.runAt > createdAt
  job.status = isLater || recurrence !== undefined ? 'scheduled' : 'pending'
  job.attempt = 0
  job.consecutiveErrors = 0
  job.updatedAt = createdAt
  if (isLater) job.nextRunAt = schedule.runAt
  return job
}
