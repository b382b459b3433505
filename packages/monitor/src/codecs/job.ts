import type { Job, JobResult, JsonValue } from '@dureq/types'
import { type ConcurrencyKeyWire, encodeConcurrencyKeys } from './concurrency-key.ts'
import { encodeInstant, encodeOptionalInstant } from './instant.ts'
import { encodeOptionalLength } from './length.ts'
import { encodeRetryPolicy, type RetryPolicyWire } from './retry-policy.ts'
import { encodeSchedule, type ScheduleWire } from './schedule.ts'

/**
 * A job on the wire, with the JSON names and encodings of the Go implementation. `request_id`, `version`, `timeout`,
 * `retain` and `result` are ours. What is undefined is left out; payload, headers and output go as they are.
 */
export interface JobWire {
  readonly id: string
  readonly task_type: string
  readonly payload: JsonValue
  readonly schedule: ScheduleWire
  readonly retry_policy?: RetryPolicyWire | undefined
  readonly status: string
  readonly attempt: number
  readonly consecutive_errors?: number | undefined
  readonly last_error?: string | undefined
  readonly last_run_at?: string | undefined
  readonly next_run_at?: string | undefined
  readonly completed_at?: string | undefined
  readonly paused_at?: string | undefined
  readonly resume_at?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly unique_key?: string | undefined
  readonly request_id?: string | undefined
  readonly dlq_after?: number | undefined
  readonly priority: number
  readonly version?: string | undefined
  readonly timeout?: string | undefined
  readonly schedule_to_start_timeout?: string | undefined
  readonly heartbeat_timeout?: string | undefined
  readonly retain?: string | undefined
  readonly concurrency_keys?: readonly ConcurrencyKeyWire[] | undefined
  readonly workflow_id?: string | undefined
  readonly workflow_task?: string | undefined
  readonly batch_id?: string | undefined
  readonly batch_item?: string | undefined
  readonly batch_role?: string | undefined
  readonly created_at: string
  readonly updated_at: string
  readonly result?: JobResult | undefined
}

/** Writes a job. */
export function encodeJob(job: Job): JobWire {
  const { schedule, retryPolicy, tags, headers } = job
  return {
    id: job.id,
    task_type: job.taskType,
    payload: job.payload,
    schedule: encodeSchedule(schedule),
    retry_policy: retryPolicy && encodeRetryPolicy(retryPolicy),
    status: job.status,
    attempt: job.attempt,
    consecutive_errors: job.consecutiveErrors || undefined,
    last_error: job.lastError,
    last_run_at: encodeOptionalInstant(job.lastRunAt),
    next_run_at: encodeOptionalInstant(job.nextRunAt),
    completed_at: encodeOptionalInstant(job.completedAt),
    paused_at: encodeOptionalInstant(job.pausedAt),
    resume_at: encodeOptionalInstant(job.resumeAt),
    tags: tags.length === 0 ? undefined : tags,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    unique_key: job.uniqueKey,
    request_id: job.requestId,
    dlq_after: job.dlqAfter,
    priority: job.priority,
    version: job.version,
    timeout: encodeOptionalLength(job.timeoutMs),
    schedule_to_start_timeout: encodeOptionalLength(job.scheduleToStartTimeoutMs),
    heartbeat_timeout: encodeOptionalLength(job.heartbeatTimeoutMs),
    retain: encodeOptionalLength(job.retainMs),
    concurrency_keys: encodeConcurrencyKeys(job.concurrencyKeys),
    workflow_id: job.workflowId,
    workflow_task: job.workflowTask,
    batch_id: job.batchId,
    batch_item: job.batchItem,
    batch_role: job.batchRole,
    created_at: encodeInstant(job.createdAt),
    updated_at: encodeInstant(job.updatedAt),
    result: job.result,
  }
}
