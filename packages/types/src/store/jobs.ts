import type { BatchRole } from '../batch/batch.ts'
import type { ConcurrencyKey } from '../concurrency-key.ts'
import type { JobRecord } from '../job.ts'
import type { JobStatus } from '../job-status.ts'
import type { JsonText } from '../json.ts'
import type { Actor } from '../operations/audit.ts'
import type { ResolvedRetryPolicy } from '../retry-policy.ts'
import type { CallKey } from './call.ts'
import type { EndedFiring } from './ended.ts'
import type { Recurrence } from './schedules.ts'

/**
 * A job as handed to the store: checked, with every default that is stored filled in. Absent fields stay
 * absent and are decided by the handler when the job runs.
 */
export interface NewJob {
  /** Minted by the caller with partition `00`; the store puts the home partition in. */
  readonly id: string
  readonly taskType: string
  readonly payload: JsonText
  /** 1-10; decides the tier by the store's tiers. */
  readonly priority: number
  /** Counts from the store's clock at the step that stores the job; 0 or absent: claimable at once. */
  readonly delayMs?: number
  /** Stored as given (epoch ms); not together with `delayMs`. In the past: claimable at once. */
  readonly runAt?: number
  /** Makes it a recurring job; not together with `delayMs` or `runAt`. */
  readonly recurrence?: Recurrence
  readonly retryPolicy?: ResolvedRetryPolicy
  readonly tags?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly uniqueKey?: string
  readonly requestId?: string
  readonly dlqAfter?: number
  readonly version?: string
  readonly timeoutMs?: number
  readonly scheduleToStartTimeoutMs?: number
  readonly heartbeatTimeoutMs?: number
  readonly retainMs?: number
  /** At most `maxConcurrencyKeys`. With several partitions all of them must share one, which is then its home. */
  readonly concurrencyKeys?: readonly ConcurrencyKey[]
  /** The workflow this job is a member of, and the task of it: set by `mailboxes.commit` only. */
  readonly workflowId?: string
  readonly workflowTask?: string
  /** The batch this job is a member of, likewise; of an item, its id and its place among the items (0, 1, ...). */
  readonly batchId?: string
  readonly batchRole?: BatchRole
  readonly batchItem?: string
  readonly batchPlace?: number
}

/**
 * What became of one new job. `full`: as many jobs of its type wait as `maxDepth` allows, and the setting is to reject; nothing
 * of it was stored. `dropped`: the job that had to go for it, by `drop-oldest`: the head of the new one's own line, else of the
 * next line of its type; it ended `cancelled`, error `dropped: queue full`.
 * `created` and `repeated` carry the id it has in the store; `repeated` means its
 * request id was seen in the last 24 hours; `duplicate` names the job that holds its unique key. `createdAt` is the
 * store's time of the step that stored it: with it, whoever enqueued knows all of the new job.
 */
export type EnqueueOutcome =
  | {
      readonly kind: 'created'
      readonly id: string
      readonly createdAt: number
      readonly dropped?: EndedFiring
    }
  | { readonly kind: 'repeated'; readonly id: string }
  | { readonly kind: 'duplicate'; readonly id: string }
  /** `id`: the one it would have had. */
  | { readonly kind: 'full'; readonly id: string; readonly limit: number }

/** An order to one job. `id` may be a job or a firing id. `by` is kept in its audit trail. */
export type JobCommand = { readonly id: string; readonly by?: Actor } & (
  | { readonly verb: 'cancel'; readonly reason?: string }
  | { readonly verb: 'retry' | 'pause' | 'resume' | 'delete' | 'purge' }
  | { readonly verb: 'updatePayload'; readonly payload: JsonText }
  /** Absent version: it asks for none any more. */
  | { readonly verb: 'reassignVersion'; readonly version?: string }
)

/**
 * What became of one command. `refused` names the status that forbids it; `keyHeld` the job that holds the
 * unique key an ended job would need again; `owned` the instance that alone may give this order to its member.
 */
export type CommandOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly status: JobStatus }
  | { readonly kind: 'keyHeld'; readonly holder: string }
  | { readonly kind: 'owned'; readonly ownerId: string }

/** The outcomes in order, and the firings the commands ended. */
export interface CommandReply {
  readonly outcomes: readonly CommandOutcome[]
  readonly ended: readonly EndedFiring[]
}

/** Accepts jobs and obeys orders about them. */
export interface JobsRole {
  /**
   * Stores new jobs; each wholly or not at all, in the given order, independent of each other. The job, its
   * place in a line (or its due time), counters, unique key, request id and events are one step; whoever
   * sleeps and can run it is woken. Two jobs of one call may meet: the second of two with one unique key is a
   * duplicate of the first. The same draft sent again under another call key (its id is known) is `repeated`
   * while the job exists.
   *
   * @returns one outcome per job, in order.
   * @throws StoreFullError when the store has no room (nothing was stored of the refused piece).
   */
  enqueue(call: CallKey, jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]>

  /**
   * Resolves true as soon as fewer jobs of the type wait than its `maxDepth` allows (at once when it has none); false after
   * `timeoutMs` or when `signal` aborts. Somebody else may take the room: enqueue and see.
   */
  awaitRoom(
    taskType: string,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean>

  /** The jobs as they are now, in order; undefined where there is none. */
  get(ids: readonly string[]): Promise<readonly (JobRecord | undefined)[]>

  /**
   * Carries out orders, each atomically, in order. A repeat under the same key changes nothing and gives the
   * same outcomes.
   *
   * - `cancel`: waiting, delayed, paused and retry-waiting jobs end `cancelled` at once. For a running one the
   *   request is recorded, its node is told, and whatever its run reports later ends it `cancelled`; the
   *   outcome is `done` at once. Ended: refused.
   * - `retry`: ended jobs (`completed` is refused) become `pending`, attempt 0, claimable at once, keeping id,
   *   runs and headers; takes the unique key again or answers `keyHeld`.
   * - `pause`: every job not ended, except a running one. A paused job has no due time until it resumes.
   * - `resume`: paused ones only; `scheduled` again if its own due time lies ahead, else `pending`; attempt and
   *   consecutive errors 0.
   * - `delete`: ended ones only; every trace goes, also of its unique key and request id (I9).
   * - `updatePayload`: every job neither ended nor running.
   * - `purge`: ended ones only. What users handed in and got goes: payload becomes `null`, headers and output, error texts with
   *   them, progress, what it remembers (`runs.memo`); of its runs too. Events tell nothing of these but errors, which age out.
   * - `reassignVersion`: every job neither ended nor running; one that waits goes to the end of the line of that version.
   *
   * An order that was carried out is noted in the audit trail of the job when it has `by`, at most 100 of them.
   *
   * Orders to a recurring job (its status is derived, design section 1):
   *
   * - `cancel`: the schedule goes, its firings that wait or are held end `cancelled`, those that run are asked to; the job
   *   ends `cancelled` with the last of them, in the same step when there is none.
   * - `pause`: the schedule no longer fires, firings already created go on; refused when paused or ended. Tells `job.paused`.
   * - `resume`: paused ones only; firings of it that are paused resume too. The times between are skipped by the next plan.
   * - `delete`: ended ones only, with all its firings. `retry`: refused with its status; retry a firing.
   * - `updatePayload`: every one not ended, running or not; the next claim of any of its firings reads it.
   *
   * Orders to a firing do what they do to a one-shot job, but: `cancel` ends a held one at once; `retry` needs its job not to
   * have ended and makes it unfinished again whatever the overlap policy; a firing paused by hand does not pause
   * its job; `updatePayload` is refused. `reassignVersion` of a recurring job also holds for its firings to come.
   *
   * Orders to a member of an instance: `retry`, `delete`, `purge` and `updatePayload` are `owned`; the others do what they do to any job.
   * Whatever ends it sends `jobEnded` to the mailbox of its instance in the same step.
   */
  command(call: CallKey, commands: readonly JobCommand[]): Promise<CommandReply>

  /** The id of the job that holds each unique key now; undefined where none does. */
  lookupUniqueKeys(keys: readonly string[]): Promise<readonly (string | undefined)[]>

  /** Frees unique keys whoever holds them; their jobs go on. Says for each whether it was held. */
  releaseUniqueKeys(call: CallKey, keys: readonly string[]): Promise<readonly boolean[]>
}
