import { drainQueue } from '../harness/drain.mjs'
import { inFlight } from '../harness/in-flight.mjs'
import { largePayload } from '../harness/payload.mjs'
import { all } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'

const CONCURRENCY = 10

/** What large payloads cost. @type {import('../harness/scenario.mjs').Scenario} */
export const largePayloads = {
  id: 'large-payloads',
  name: 'Payloads of 1 MiB',
  how: `Up to 200 jobs with a payload of 1 MiB each are enqueued, ${CONCURRENCY} single calls in flight, and then drained, ${CONCURRENCY} at a time; both are timed. The raw loop shows what it costs to move so many bytes and to parse them.`,
  measures: [{ id: 'rate', title: 'jobs (MiB) per second', better: 'more' }],
  takes: all,
  size: forSeconds(2, { warmUp: 10, most: 200 }),
  async run({ size, open }) {
    const queue = await open()
    const seconds = await secondsOf(async () => {
      await inFlight({ calls: size, limit: CONCURRENCY }, () => queue.enqueue(largePayload()))
      await drainQueue(queue, { jobs: size, concurrency: CONCURRENCY })
    })
    return { rate: size / seconds }
  },
}
