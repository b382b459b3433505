import { createTickBatcher } from '@dureq/runtime'
import type { EnqueueOutcome, NewJob } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { cutIntoPieces, replyOf, type Sent, sendPieces } from './pieces.ts'

/** Hands new jobs to the store. Those of one tick travel together, in the order in which they were enqueued. */
export interface Sender {
  /** Resolves with what became of it. */
  one(job: NewJob): Promise<EnqueueOutcome>
  /**
   * Resolves with one outcome each, in order. Too many for one call go in several, one after the other; the jobs of a
   * call that failed are not stored, those before it are.
   */
  many(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]>
}

/** A call holds the store up for as long as it takes, so it is cut at about 4 MiB of payload. */
const MAX_PAYLOAD_UNITS = 4 * 1024 * 1024

/** So many single jobs of one tick are worth a call of their own: the store works on them while others are made. */
const EAGER_JOBS = 32

/** So many jobs gain nothing by travelling with others. */
const LARGE_GROUP = 100

/** A sender of one client. */
export function createSender({ store, caller }: ClientCore): Sender {
  const weigh = (job: NewJob): number => job.payload.length
  const limits = { maxItems: MAX_ITEMS, maxWeight: MAX_PAYLOAD_UNITS, weigh }
  const send = (jobs: readonly NewJob[]): Promise<readonly Sent<EnqueueOutcome>[]> =>
    sendPieces(cutIntoPieces(jobs, limits), (piece) => caller.call((key) => store.jobs.enqueue(key, piece)))
  const batcher = createTickBatcher(send, { eagerItems: EAGER_JOBS })

  return {
    one: (job) => batcher.add(job).then(replyOf),
    async many(jobs) {
      if (jobs.length < LARGE_GROUP) return (await Promise.all(jobs.map(batcher.add))).map(replyOf)
      batcher.flush()
      return (await send(jobs)).map(replyOf)
    },
  }
}
