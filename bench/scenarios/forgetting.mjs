import { countdown } from '../harness/countdown.mjs'
import { fill } from '../harness/fill.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { fixed } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'
import { within } from '../harness/within.mjs'

const CONCURRENCY = 100
const HANDLED = 40_000
const LIMIT_MS = 60_000

/** A queue of the past is drained in pieces, so that no piece takes longer than a drain may. */
const PIECE = 100_000

/**
 * What is left of the rate while ended jobs go by their retention.
 *
 * @param {number} ended
 * @param {{ mostRounds?: number }} [options] To run a million jobs takes long.
 * @returns {import('../harness/scenario.mjs').Scenario}
 */
export const forgetting = (ended, options = {}) => ({
  id: `forgetting-${ended}`,
  name: `Drain while ${ended === 0 ? 'nothing is' : `${ended.toLocaleString('en-US')} ended jobs are`} removed`,
  how:
    ended === 0
      ? 'What the next is compared with.'
      : `${ended.toLocaleString('en-US')} jobs have ended and are kept, until the retention is set to nothing; how fast ${CONCURRENCY} handlers at a time handle ${HANDLED.toLocaleString('en-US')} more from then on, and how many of the others are gone by then.`,
  measures: [jobsPerSecond, { id: 'removed', title: 'ended jobs removed meanwhile', better: 'more' }],
  takes: ({ features }) => features.includes('forgets'),
  size: fixed(Math.max(ended, HANDLED)),
  ...options,
  async run({ size, open, close }) {
    const kept = ended === 0 ? 0 : size
    for (let left = kept; left > 0; left -= PIECE)
      await endJobs({ open, close }, Math.min(left, PIECE), kept - left)
    const queue = await open({ keep: true })
    const jobs = Math.min(size, HANDLED)
    await fill(queue, jobs)
    await queue.forget?.()
    const { count, calls, reached } = countdown(jobs)
    const handler = async () => count()
    const seconds = await secondsOf(async () => {
      await queue.work({ concurrency: CONCURRENCY, handler })
      await within(LIMIT_MS, reached, 'handling')
    })
    if (calls() !== jobs) throw new Error(`${jobs} jobs were handled ${calls()} times`)
    const { completed } = await queue.counts()
    return { rate: jobs / seconds, ...(kept === 0 ? {} : { removed: Math.max(0, kept - completed) }) }
  },
})

/**
 * Lets so many jobs come to their end, on top of those that have.
 *
 * @param {Pick<import('../harness/stage.mjs').Stage, 'open' | 'close'>} stage
 * @param {number} jobs
 * @param {number} before
 */
async function endJobs({ open, close }, jobs, before) {
  const queue = await open({ keep: true })
  await fill(queue, jobs)
  const { count, reached } = countdown(jobs)
  await queue.work({ concurrency: 500, handler: async () => count() })
  await within(LIMIT_MS, reached, 'ending jobs')
  await close(queue)
  const observer = await open({ keep: true })
  const { completed } = await observer.counts()
  await close(observer)
  if (completed !== before + jobs) throw new Error(`${before + jobs} jobs have ended, ${completed} are kept`)
}
