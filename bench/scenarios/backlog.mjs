import { checkCounts } from '../harness/check-counts.mjs'
import { countdown } from '../harness/countdown.mjs'
import { fill } from '../harness/fill.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { fixed } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'
import { within } from '../harness/within.mjs'

const CONCURRENCY = 100
const HANDLED = 20_000
const LIMIT_MS = 60_000

/**
 * What is left of the rate when a queue has grown.
 *
 * @param {number} jobs
 * @param {{ mostRounds?: number }} [options] To enqueue a million jobs takes long.
 * @returns {import('../harness/scenario.mjs').Scenario}
 */
export const backlog = (jobs, options = {}) => ({
  id: `backlog-${jobs}`,
  name: `Drain with a backlog of ${jobs.toLocaleString('en-US')}`,
  how: `What is left of the rate when a queue has grown: how fast ${CONCURRENCY} handlers at a time handle the first ${HANDLED.toLocaleString('en-US')} jobs, from the start of the worker.`,
  measures: [jobsPerSecond],
  takes: ({ store, features }) => store !== 'postgres' && features.includes('wakes'),
  size: fixed(jobs),
  ...options,
  async run({ size, open, close }) {
    const queue = await open()
    await fill(queue, size)
    const jobsHandled = Math.min(HANDLED, size)
    const { count, calls, reached } = countdown(jobsHandled)
    const handler = async () => count()
    const seconds = await secondsOf(async () => {
      await queue.work({ concurrency: CONCURRENCY, handler })
      await within(LIMIT_MS, reached, 'handling')
    })

    const observer = await open()
    await close(queue)
    checkCounts(observer, await observer.counts(), { unfinished: size - calls(), completed: calls() })
    return { rate: jobsHandled / seconds }
  },
})
