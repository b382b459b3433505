import type { BatchRole } from './batch/batch.ts'
import type { ConcurrencyKey } from './concurrency-key.ts'
import type { JobStatus } from './job-status.ts'
import type { JsonText, JsonValue } from './json.ts'
import type { ResolvedRetryPolicy } from './retry-policy.ts'
import type { RecurringSchedule } from './schedule.ts'

/** When a stored job runs. A recurring one is kept by the `schedules` role. */
export type JobSchedule =
  | RecurringSchedule<number, number>
  | { readonly type: 'IMMEDIATE' }
  | { readonly type: 'ONE_TIME'; readonly runAt: number }

/** How the newest firing of a job ended; kept as long as the job. */
export interface JobResult<Output = JsonValue> {
  readonly status: 'completed' | 'dead' | 'cancelled'
  /** What the handler returned; absent when it returned nothing. */
  readonly output?: Output
  /** Why it failed or was cancelled. */
  readonly error?: string
}

/** What a job is: its definition, the state of its newest firing, and its result. Instants are epoch ms. */
export interface Job<Payload = JsonValue, Output = JsonValue> {
  readonly id: string
  readonly taskType: string
  readonly payload: Payload
  readonly schedule: JobSchedule
  /** Given at enqueue; absent means the handler's policy, else the default one, applies. */
  readonly retryPolicy?: ResolvedRetryPolicy
  readonly status: JobStatus
  /** Executions finished in the newest firing: 0 before the first. */
  readonly attempt: number
  /** Failures since the last success. */
  readonly consecutiveErrors: number
  readonly lastError?: string
  readonly lastRunAt?: number
  /** When it becomes claimable: set while delayed or waiting for a retry, absent once it is. */
  readonly nextRunAt?: number
  readonly completedAt?: number
  /** Set while paused. */
  readonly pausedAt?: number
  /** When a paused job resumes by itself; absent means by hand only. */
  readonly resumeAt?: number
  readonly tags: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly uniqueKey?: string
  readonly requestId?: string
  /** Lowers the attempts allowed: effective attempts = min(policy, dlqAfter). */
  readonly dlqAfter?: number
  /** 1-10, higher first. */
  readonly priority: number
  /** The handler version this job asks for; absent means any. */
  readonly version?: string
  readonly timeoutMs?: number
  readonly scheduleToStartTimeoutMs?: number
  readonly heartbeatTimeoutMs?: number
  /** How long it is kept after its end; absent means by the retention setting. */
  readonly retainMs?: number
  /** Limits it shares with others: it runs when each of these keys has room. */
  readonly concurrencyKeys?: readonly ConcurrencyKey[]
  /** The workflow it is a member of, and the task (or hook) of it. */
  readonly workflowId?: string
  readonly workflowTask?: string
  /** The batch it is a member of; of an item, its id and its place among the items (0, 1, ...). */
  readonly batchId?: string
  readonly batchRole?: BatchRole
  readonly batchItem?: string
  readonly batchPlace?: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly result?: JobResult<Output>
}

/** A job as the store keeps it: payload and output are the JSON texts that came in, untouched. */
export interface JobRecord extends Omit<Job, 'payload' | 'result'> {
  readonly payload: JsonText
  readonly result?: JobResult<JsonText>
}

/** The job with its JSON texts parsed. */
export function parseJob(record: JobRecord): Job {
  const { payload, result, ...rest } = record
  const job = { ...rest, payload: JSON.parse(payload) as JsonValue }
  return result === undefined ? job : { ...job, result: parseJobResult(result) }
}

/** The result with its output parsed. */
export function parseJobResult(result: JobResult<JsonText>): JobResult {
  const { output, ...rest } = result
  return output === undefined ? rest : { ...rest, output: JSON.parse(output) as JsonValue }
}
