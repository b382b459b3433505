import { drainQueue } from '../harness/drain.mjs'
import { fill } from '../harness/fill.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'

const CONCURRENCY = 10

/**
 * What a worker with a backlog does whose handler takes many jobs at once.
 *
 * @param {number} groupSize
 * @returns {import('../harness/scenario.mjs').Scenario}
 */
export const drainGroups = (groupSize) => ({
  id: `drain-groups-${groupSize}`,
  name: `Drain, handlers that take ${groupSize} jobs at once`,
  how: `As the other drains, but a handler is given up to ${groupSize} jobs at once and says how each of them ended; ${CONCURRENCY} such handlers at a time, completed jobs removed.`,
  measures: [jobsPerSecond],
  takes: ({ features }) => features.includes('groups'),
  size: forSeconds(2, { warmUp: 5_000, most: 200_000 }),
  async run({ size, open }) {
    const queue = await open({})
    await fill(queue, size)
    const work = { jobs: size, concurrency: CONCURRENCY, groupSize }
    const seconds = await secondsOf(() => drainQueue(queue, work))
    return { rate: size / seconds }
  },
})
