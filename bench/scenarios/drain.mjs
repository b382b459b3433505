import { drainQueue } from '../harness/drain.mjs'
import { fill } from '../harness/fill.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'

/**
 * What a worker with a backlog does.
 *
 * @param {number} concurrency
 * @param {{ keep?: boolean }} [options]
 * @returns {import('../harness/scenario.mjs').Scenario}
 */
export const drain = (concurrency, { keep = false } = {}) => ({
  id: `drain${keep ? '-kept' : ''}-${concurrency}`,
  name: `Drain, ${concurrency} ${concurrency === 1 ? 'job' : 'jobs'} at a time, completed jobs ${keep ? 'kept' : 'removed'}`,
  how: 'What a worker with a backlog does, from its start until the store says that every job is completed.',
  measures: [jobsPerSecond],
  takes: ({ features }) => !keep || features.includes('keeps'),
  size: forSeconds(2, { warmUp: 5_000, most: 200_000 }),
  async run({ size, open }) {
    const queue = await open({ keep })
    await fill(queue, size)
    const seconds = await secondsOf(() => drainQueue(queue, { jobs: size, concurrency }))
    return { rate: size / seconds }
  },
})
