import { defineJob, enqueueFiring, type JobRecord, jobRecordOf, type NewJob } from '@dureq/types'

/** A job as it was when it was stored at `now`, on the store's clock: nothing need be read back. */
export function asEnqueued(draft: NewJob, id: string, now: number): JobRecord {
  const definition = defineJob(draft, id, now)
  return jobRecordOf(definition, enqueueFiring(definition, now).firing)
}
