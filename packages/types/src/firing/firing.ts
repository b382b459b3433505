import type { ConcurrencyKey } from '../concurrency-key.ts'
import type { JobResult, JobSchedule } from '../job.ts'
import type { JobStatus } from '../job-status.ts'
import type { JsonText } from '../json.ts'
import type { ResolvedRetryPolicy } from '../retry-policy.ts'
import type { RunRecord } from '../run.ts'

/** What the rules of a firing read of its job. A JobRecord is one; so is a JobDefinition. */
export interface FiringJob {
  readonly id: string
  readonly taskType: string
  readonly priority: number
  readonly schedule: JobSchedule
  readonly version?: string
  readonly retryPolicy?: Pick<ResolvedRetryPolicy, 'maxAttempts'>
  readonly dlqAfter?: number
  readonly scheduleToStartTimeoutMs?: number
  readonly heartbeatTimeoutMs?: number
  readonly retainMs?: number
  readonly concurrencyKeys?: readonly ConcurrencyKey[]
  /** Of a member of an instance, which keeps it for as long as itself. */
  readonly workflowId?: string
  readonly batchId?: string
}

/**
 * One due execution of a job: what waits, is leased, retried and retained. A one-shot job has one, whose id is
 * the job's; a recurring job has one for each firing time, `<job id>:<time>`. The rules of this folder move it; each is a pure function of the firing, a message and the time, and
 * together they are the table "The life of a firing" in docs/architecture.md.
 *
 * Fields that are not set are undefined rather than absent, so that all firings have one shape.
 */
export interface Firing {
  readonly id: string
  readonly job: FiringJob
  readonly status: JobStatus
  /** Where it stands: in exactly one place at any time (I1). */
  readonly place: Place
  /** All executions begun, also those handed back: the number in the id of the newest run. */
  readonly executions: number
  /** Executions finished. */
  readonly attempt: number
  /** Failures since the last success. */
  readonly consecutiveErrors: number
  readonly lastError: string | undefined
  readonly lastRunAt: number | undefined
  readonly completedAt: number | undefined
  /** When it last moved. */
  readonly updatedAt: number
}

/** Where a firing stands. */
export type Place = InLine | Held | Due | Leased | Paused | Ended | Gone | Recurring

/** Claimable, at one end of the line it has just joined. */
export interface InLine {
  readonly kind: 'line'
  readonly end: 'front' | 'back'
  /** When it became claimable; schedule-to-start counts from here. */
  readonly claimableAt: number
}

/** Kept back by the overlap policy of its job: in no line, until those before it have ended. */
export interface Held {
  readonly kind: 'held'
}

/** Waits until an instant has come. */
export interface Due {
  readonly kind: 'due'
  readonly dueAt: number
}

/** Held by a node. */
export interface Leased {
  readonly kind: 'leased'
  readonly lease: Lease
}

/** Waits for a resume: by hand, and by itself when `resumeAt` is set. */
export interface Paused {
  readonly kind: 'paused'
  readonly pausedAt: number
  readonly resumeAt: number | undefined
}

/** Has ended and is kept until retention or a delete removes it. */
export interface Ended {
  readonly kind: 'ended'
  readonly endedAt: number
  readonly result: JobResult<JsonText>
}

/** Removed, with every trace (I9). */
export interface Gone {
  readonly kind: 'gone'
}

/**
 * Where a recurring job itself stands that has not ended: nothing executes it, so none of the rules of this folder move
 * it. An adapter keeps it where it keeps firings, under the status derived from its schedule and its firings.
 */
export interface Recurring {
  readonly kind: 'recurring'
  /** When it came into its status. */
  readonly since: number
  readonly nextRunAt: number | undefined
  readonly pausedAt: number | undefined
}

/** What a node holds while it executes a firing. */
export interface Lease {
  readonly token: string
  readonly nodeId: string
  /** Expires when this instant has come. */
  readonly until: number
  readonly claimedAt: number
  /** When the firing had become claimable. */
  readonly claimableAt: number
  /** Attempts allowed, fixed by the claim. */
  readonly maxAttempts: number
  /** The run under way: `claimed` or `running`. */
  readonly run: RunRecord
  /** A cancel was asked for while it ran. */
  readonly cancel: CancelRequest | undefined
}

/** A recorded wish to cancel what runs. */
export interface CancelRequest {
  readonly reason: string | undefined
}

/** A firing known to be leased. */
export interface LeasedFiring extends Firing {
  readonly place: Leased
}
