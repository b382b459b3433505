import { drainQueue } from '../harness/drain.mjs'
import { fill } from '../harness/fill.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'

const CONCURRENCY = 100

/**
 * What is left of the rate when an application has many types of jobs.
 *
 * @param {number} types
 * @returns {import('../harness/scenario.mjs').Scenario}
 */
export const taskTypes = (types) => ({
  id: `types-${types}`,
  name: `Drain, ${types === 1 ? 'one task type' : `${types.toLocaleString('en-US')} task types`} in use`,
  how: `Jobs of ${types === 1 ? 'one type' : `${types.toLocaleString('en-US')} types by turns`}, each with a handler of its own where the system knows such, ${CONCURRENCY} at a time; completed jobs removed. (In BullMQ a type is a name in one queue.)`,
  measures: [jobsPerSecond],
  takes: ({ features }) => features.includes('types'),
  size: forSeconds(2, { warmUp: 5_000, most: 200_000 }),
  async run({ size, open }) {
    const queue = await open({ types })
    await fill(queue, size)
    const seconds = await secondsOf(() => drainQueue(queue, { jobs: size, concurrency: CONCURRENCY }))
    return { rate: size / seconds }
  },
})
