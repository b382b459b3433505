import { createTickBatcher } from '@dureq/runtime'
import type { EnqueueOutcome, NewJob } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { cutIntoPieces, replyOf, sendPieces } from './pieces.ts'

/** Hands new jobs to the store; resolves with one outcome each, in order. */
export type Sender = (jobs: readonly NewJob[]) => Promise<readonly EnqueueOutcome[]>

/** A call holds the store up for as long as it takes, so it is cut at about 4 MiB of payload. */
const MAX_PAYLOAD_UNITS = 4 * 1024 * 1024

/** So many single jobs of one tick are worth a call of their own: the store works on them while others are made. */
const EAGER_JOBS = 32

/** So many jobs gain nothing by travelling with others. */
const LARGE_GROUP = 100

/**
 * Lets the jobs of one tick travel together, in the order in which they were enqueued. Too many for one call go in
 * several, one after the other; the jobs of a call that failed are not stored, those before it are.
 */
export function createSender({ store, caller }: ClientCore): Sender {
  const weigh = (job: NewJob): number => job.payload.length
  const limits = { maxItems: MAX_ITEMS, maxWeight: MAX_PAYLOAD_UNITS, weigh }
  const send = (jobs: readonly NewJob[]): Promise<readonly PromiseSettledResult<EnqueueOutcome>[]> =>
    sendPieces(cutIntoPieces(jobs, limits), (piece) => caller.call((key) => store.jobs.enqueue(key, piece)))
  const batcher = createTickBatcher(
    async (groups: readonly (readonly NewJob[])[]) => {
      const settled = await send(groups.flat())
      let start = 0
      return groups.map((group) => settled.slice(start, (start += group.length)))
    },
    { eagerItems: EAGER_JOBS },
  )
  return async (jobs) => {
    if (jobs.length === 0) return []
    if (jobs.length < LARGE_GROUP) return (await batcher.add(jobs)).map(replyOf)
    batcher.flush()
    return (await send(jobs)).map(replyOf)
  }
}
