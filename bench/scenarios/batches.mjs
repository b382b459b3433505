import { checkCounts } from '../harness/check-counts.mjs'
import { countdown } from '../harness/countdown.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { fixed } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'
import { untilFinished } from '../harness/until-finished.mjs'

const CONCURRENCY = 100
const CHUNK_SIZE = 1_000
const MIB = 2 ** 20
/** Whatever a batch takes longer than, for each of its items. */
const LIMIT_MS_PER_ITEM = 1

/**
 * What one batch of so many items takes.
 *
 * @param {number} items
 * @param {{ mostRounds?: number, onlyAsked?: boolean }} [options]
 * @returns {import('../harness/scenario.mjs').Scenario}
 */
export const batch = (items, options = {}) => ({
  id: `batch-${items}`,
  name: `A batch of ${items.toLocaleString('en-US')} items`,
  how: `Items of 50 bytes, at most ${CHUNK_SIZE.toLocaleString('en-US')} of them in flight, through client, batch engine and a worker of ${CONCURRENCY} handlers in one process: from the call that hands the items in until the store says that all of them are done and so is the batch. Their jobs are kept; the memory is all that Redis uses then (\`used_memory\`).`,
  measures: [
    { ...jobsPerSecond, title: 'items per second' },
    { id: 'memory', title: 'memory of Redis, MiB', better: 'less' },
  ],
  takes: ({ features }) => features.includes('batches'),
  size: fixed(items),
  ...options,
  async run({ size, system, redis, open }) {
    const queue = await open({ keep: true })
    const { count, calls, reached } = countdown(size)
    const handler = async () => count()
    const seconds = await secondsOf(async () => {
      const plan = { items: size, chunkSize: CHUNK_SIZE, concurrency: CONCURRENCY, handler }
      await queue.batch?.(plan)
      const limitMs = Math.max(60_000, size * LIMIT_MS_PER_ITEM)
      const counts = await untilFinished(queue, reached, { limitMs })
      checkCounts(queue, counts, { unfinished: 0, completed: size })
    })
    if (calls() !== size) throw new Error(`${size} items were handled ${calls()} times`)
    const rate = { rate: size / seconds }
    return system.store === 'redis' ? { ...rate, memory: (await redis.usedBytes()) / MIB } : rate
  },
})
