import { drainQueue } from '../harness/drain.mjs'
import { fill } from '../harness/fill.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'

const CONCURRENCY = 100

/**
 * What is left of the rate when no two jobs of a tenant may run at once.
 *
 * @param {number} keys
 * @returns {import('../harness/scenario.mjs').Scenario}
 */
export const keys = (keys) => ({
  id: `keys-${keys}`,
  name: `Drain, each job with one of ${keys.toLocaleString('en-US')} concurrency keys`,
  how: `Jobs have one of ${keys.toLocaleString('en-US')} keys each, by turns, and of each key one job runs at a time; ${CONCURRENCY} handlers, completed jobs removed.`,
  measures: [jobsPerSecond],
  takes: ({ features }) => features.includes('keys'),
  size: forSeconds(2, { warmUp: 5_000, most: 200_000 }),
  async run({ size, open }) {
    const queue = await open({ keys })
    await fill(queue, size)
    const seconds = await secondsOf(() => drainQueue(queue, { jobs: size, concurrency: CONCURRENCY }))
    return { rate: size / seconds }
  },
})
