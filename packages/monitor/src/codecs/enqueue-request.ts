import type { EnqueueOptions } from '@dureq/client'
import type { JsonValue } from '@dureq/types'
import { type ConcurrencyKeyWire, decodeConcurrencyKeys } from './concurrency-key.ts'
import { decodeRetryPolicy, type RetryPolicyWire } from './retry-policy.ts'
import { decodeSchedule } from './schedule.ts'

/** What `POST /api/jobs` takes; lengths of time are texts such as `1h30m`, moments RFC 3339. */
export interface EnqueueRequestWire {
  readonly task_type: string
  readonly payload?: JsonValue
  readonly schedule?: Readonly<Record<string, unknown>>
  readonly delay?: string
  readonly run_at?: string
  readonly priority?: number
  readonly tags?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly unique_key?: string
  readonly request_id?: string
  readonly retry_policy?: RetryPolicyWire
  readonly timeout?: string
  readonly heartbeat_timeout?: string
  readonly schedule_to_start_timeout?: string
  readonly dlq_after?: number
  readonly version?: string
  readonly retain?: string
  readonly concurrency_keys?: readonly ConcurrencyKeyWire[]
}

/** Reads what is said about the job. Types have been checked; the client checks the values. */
export function decodeEnqueueOptions(wire: EnqueueRequestWire): EnqueueOptions {
  return {
    priority: wire.priority,
    delay: wire.delay,
    runAt: wire.run_at,
    schedule: wire.schedule && (decodeSchedule(wire.schedule) as unknown as EnqueueOptions['schedule']),
    tags: wire.tags,
    headers: wire.headers,
    uniqueKey: wire.unique_key,
    requestId: wire.request_id,
    retryPolicy: wire.retry_policy && decodeRetryPolicy(wire.retry_policy),
    timeout: wire.timeout,
    heartbeatTimeout: wire.heartbeat_timeout,
    scheduleToStartTimeout: wire.schedule_to_start_timeout,
    dlqAfter: wire.dlq_after,
    version: wire.version,
    retain: wire.retain,
    concurrencyKeys: decodeConcurrencyKeys(wire.concurrency_keys),
  } as EnqueueOptions // what is undefined counts as absent
}
