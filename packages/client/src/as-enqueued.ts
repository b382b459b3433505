import { defineJob, enqueueFiring, type JobRecord, jobRecordOf, type NewJob } from '@dureq/types'

/** A job as it was when it was stored at `now`: for one that is gone before it could be read. */
export function asEnqueued(draft: NewJob, id: string, now: number): JobRecord {
  const definition = defineJob(draft, id, now)
  return jobRecordOf(definition, enqueueFiring(definition, now).firing)
}
