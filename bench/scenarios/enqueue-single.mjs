import { checkCounts } from '../harness/check-counts.mjs'
import { inFlight } from '../harness/in-flight.mjs'
import { payload } from '../harness/payload.mjs'
import { all, jobsPerSecond } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'

const CALLS = 64

/** What a web server does. @type {import('../harness/scenario.mjs').Scenario} */
export const enqueueSingle = {
  id: 'enqueue-single',
  name: `Enqueue, one job a call, ${CALLS} calls in flight`,
  how: 'What a web server does: many requests at a time, each of which stores one job.',
  measures: [jobsPerSecond],
  takes: all,
  size: forSeconds(1, { warmUp: 1_000, most: 200_000 }),
  async run({ size, open }) {
    const queue = await open()
    const seconds = await secondsOf(() =>
      inFlight({ calls: size, limit: CALLS }, () => queue.enqueue(payload())),
    )
    checkCounts(queue, await queue.counts(), { unfinished: size, completed: 0 })
    return { rate: size / seconds }
  },
}
