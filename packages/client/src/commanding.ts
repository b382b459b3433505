import { checkName, Faults, toJsonText } from '@dureq/types'
import { type CancelOptions, readReason } from './cancel-options.ts'
import type { ClientCore } from './core.ts'
import { type JobRef, requireId } from './job-ref.ts'
import { type OrderOptions, readBy } from './order-options.ts'
import { createOrders } from './orders.ts'
import { checkUniqueKey } from './unique-keys.ts'

/**
 * Orders about single jobs. Each resolves when the store has carried it out and rejects with `JobNotFoundError`, or
 * with `InvalidJobStatusError` when the status of the job forbids it; nothing has changed then. Orders given in
 * one tick travel together. `retryJob`, `deleteJob` and `updatePayload` of a job that belongs to a workflow reject with
 * `OwnedJobError`; `cancelJob` of one is the failure of its task.
 */
export interface Commanding {
  /**
   * Ends a waiting, delayed, paused or retrying job at once; of a running one it asks its handler to stop. A recurring
   * job loses its schedule and its firings, and ends `cancelled` with the last of them.
   */
  cancelJob(job: JobRef, options?: CancelOptions): Promise<void>
  /**
   * Gives a dead or cancelled job a new life: pending, attempt 0, with the same id, runs and headers.
   *
   * @throws DuplicateJobError when another job holds its unique key by now.
   */
  retryJob(job: JobRef, options?: OrderOptions): Promise<void>
  /**
   * Keeps a job that is neither running nor ended from being run until `resumeJob`. A recurring job fires no more until
   * then, running or not; its firings of before go on.
   */
  pauseJob(job: JobRef, options?: OrderOptions): Promise<void>
  /**
   * Lets a paused job go on, with attempt 0. A recurring one fires again: the times between are skipped, and firings of it
   * that are paused go on, too.
   */
  resumeJob(job: JobRef, options?: OrderOptions): Promise<void>
  /** Removes every trace of an ended job, of a recurring one with all its firings. */
  deleteJob(job: JobRef, options?: OrderOptions): Promise<void>
  /**
   * Takes from an ended job what users handed in and got: payload (then null), headers, output, error texts, progress and what
   * it remembers, from its runs too. The job itself stays, with its ids, times and statuses.
   */
  purgeJob(job: JobRef, options?: OrderOptions): Promise<void>
  /**
   * Lets a job that is neither running nor ended be taken by handlers of another version; undefined: of any. It goes to the end
   * of their line. Of a recurring job it also holds for firings to come.
   *
   * @throws ValidationError when it is no version.
   */
  reassignVersion(job: JobRef, version: string | undefined, options?: OrderOptions): Promise<void>
  /**
   * Replaces the payload of a job that is neither running nor ended; of a recurring one whenever it has not ended, for all
   * firings that begin from then on.
   *
   * @throws ValidationError when it is not JSON, SizeLimitError when it is too large.
   */
  updatePayload(job: JobRef, payload: unknown, options?: OrderOptions): Promise<void>
  /**
   * Cancels the job that holds a unique key.
   *
   * @returns its id; undefined when no job holds the key, or the one that did has just ended.
   */
  cancelByUniqueKey(key: string, options?: CancelOptions): Promise<string | undefined>
}

/** The commanding part of a client. */
export function createCommanding(core: ClientCore): Commanding {
  const orders = createOrders(core)
  const simple =
    (verb: 'retry' | 'pause' | 'resume' | 'delete' | 'purge') =>
    (job: JobRef, options?: OrderOptions): Promise<void> =>
      orders.mustDo({ verb, id: requireId(job), ...readBy(core, options) })

  return {
    cancelJob: (job, options) =>
      orders.mustDo({ verb: 'cancel', id: requireId(job), ...readReason(options), ...readBy(core, options) }),
    retryJob: simple('retry'),
    pauseJob: simple('pause'),
    resumeJob: simple('resume'),
    deleteJob: simple('delete'),
    purgeJob: simple('purge'),
    reassignVersion(job, version, options) {
      checkVersion(version)
      return orders.mustDo({
        verb: 'reassignVersion',
        id: requireId(job),
        ...(version !== undefined && { version }),
        ...readBy(core, options),
      })
    },
    updatePayload(job, value, options) {
      const payload = toJsonText(value, 'payload', core.store.limits.payload)
      return orders.mustDo({ verb: 'updatePayload', id: requireId(job), payload, ...readBy(core, options) })
    },
    async cancelByUniqueKey(key, options) {
      const details = { ...readReason(options), ...readBy(core, options) }
      checkUniqueKey(key)
      const [id] = await core.store.jobs.lookupUniqueKeys([key])
      if (id === undefined) return undefined
      const outcome = await orders.give({ verb: 'cancel', id, ...details })
      return outcome.kind === 'done' ? id : undefined
    },
  }
}

function checkVersion(version: unknown): void {
  const faults = new Faults()
  if (version !== undefined) checkName('version', version, 'version', faults)
  faults.throwIfAny()
}
