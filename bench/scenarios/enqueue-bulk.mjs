import { checkCounts } from '../harness/check-counts.mjs'
import { fill } from '../harness/fill.mjs'
import { all, jobsPerSecond } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'

/** @type {import('../harness/scenario.mjs').Scenario} */
export const enqueueBulk = {
  id: 'enqueue-bulk',
  name: 'Enqueue, 500 jobs a call, 4 calls in flight',
  how: 'What an import does: many jobs a call.',
  measures: [jobsPerSecond],
  takes: all,
  size: forSeconds(1, { warmUp: 5_000, most: 300_000 }),
  async run({ size, open }) {
    const queue = await open()
    const seconds = await secondsOf(() => fill(queue, size))
    checkCounts(queue, await queue.counts(), { unfinished: size, completed: 0 })
    return { rate: size / seconds }
  },
}
