import { type Job, type JsonValue, jobIdOf } from '@dureq/types'
import { type ConcurrencyKeyWire, encodeConcurrencyKeys } from './concurrency-key.ts'
import { encodeInstant, UNSET_INSTANT } from './instant.ts'

/** A dead firing on the wire: the message form of the Go implementation; `error` and `died_at` are ours. */
export interface DeadWire {
  readonly job_id: string
  /** Of a recurring job. */
  readonly firing_id?: string | undefined
  readonly task_type: string
  readonly payload: JsonValue
  readonly attempt: number
  /** Never set, as in the Go implementation; it has to be there. */
  readonly deadline: string
  readonly metadata: { readonly error: string }
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly priority: number
  readonly dispatched_at: string
  readonly version?: string | undefined
  readonly concurrency_keys?: readonly ConcurrencyKeyWire[] | undefined
  readonly error: string
  readonly died_at: string
}

/** Writes a dead job or firing. */
export function encodeDead(job: Job): DeadWire {
  const { id, headers, createdAt, updatedAt } = job
  const error = job.result?.error ?? job.lastError ?? ''
  return {
    job_id: jobIdOf(id),
    firing_id: id === jobIdOf(id) ? undefined : id,
    task_type: job.taskType,
    payload: job.payload,
    attempt: job.attempt,
    deadline: UNSET_INSTANT,
    metadata: { error },
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    priority: job.priority,
    dispatched_at: encodeInstant(job.lastRunAt ?? createdAt),
    version: job.version,
    concurrency_keys: encodeConcurrencyKeys(job.concurrencyKeys),
    error,
    died_at: encodeInstant(job.completedAt ?? updatedAt),
  }
}
