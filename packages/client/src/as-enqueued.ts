import { type Job, type JobRecord, type JsonValue, type NewJob } from '@dureq/types'

/** A job as it was stored at `createdAt`, on the store's clock: it need not be read back. */
export function asEnqueued(draft: NewJob, id: string, createdAt: number): Job {
  const { delayMs = 0, runAt, tags = [], headers = {}, payload, ...given } = draft
  const at = runAt ?? (delayMs > 0 ? createdAt + delayMs : undefined)
  const isLater = at !== undefined && at > createdAt
  const record: Omit<JobRecord, 'payload' | 'result'> = {
    ...given,
    id,
    schedule: at === undefined ? { type: 'IMMEDIATE' } : { type: 'ONE_TIME', runAt: at },
    tags,
    headers,
    status: isLater ? 'scheduled' : 'pending',
    attempt: 0,
    consecutiveErrors: 0,
    createdAt,
    updatedAt: createdAt,
  }
  const job = { ...record, payload: JSON.parse(payload) as JsonValue }
  return isLater ? { ...job, nextRunAt: at } : job
}
