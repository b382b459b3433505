import { checkCounts } from '../harness/check-counts.mjs'
import { countdown } from '../harness/countdown.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'
import { untilFinished } from '../harness/until-finished.mjs'

const CONCURRENCY = 100
const GROUPS = 50
const MESSAGES_PER_JOB = 100
/** Longer than it takes: only full groups become jobs. */
const GRACE_MS = 600_000

/** What it costs to collect messages. @type {import('../harness/scenario.mjs').Scenario} */
export const collected = {
  id: 'groups',
  name: 'Messages of groups',
  how: `Messages of 200 bytes for ${GROUPS} groups by turns, 500 calls in flight, are put together to jobs of ${MESSAGES_PER_JOB} by an aggregator, while a worker of ${CONCURRENCY} handlers runs those, all in one process: from the first call until the store says that every job is completed.`,
  measures: [{ ...jobsPerSecond, title: 'messages per second' }],
  takes: ({ features }) => features.includes('collects'),
  size: forSeconds(2, { warmUp: 10_000, most: 200_000 }),
  async run({ size, open }) {
    const queue = await open({ keep: true })
    const jobs = GROUPS * Math.ceil(size / MESSAGES_PER_JOB / GROUPS)
    const messages = jobs * MESSAGES_PER_JOB
    const { count, calls, reached } = countdown(messages)
    const handler = async (/** @type {number} */ arrived) => {
      for (let i = 0; i < arrived; i++) count()
    }
    const seconds = await secondsOf(async () => {
      const limits = { maxSize: MESSAGES_PER_JOB, graceMs: GRACE_MS }
      await queue.collect?.({ messages, groups: GROUPS, ...limits, concurrency: CONCURRENCY, handler })
      checkCounts(queue, await untilFinished(queue, reached), { unfinished: 0, completed: jobs })
    })
    if (calls() !== messages) throw new Error(`${messages} messages arrived ${calls()} times`)
    return { rate: messages / seconds }
  },
}
