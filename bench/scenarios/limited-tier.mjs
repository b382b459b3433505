import { countdown } from '../harness/countdown.mjs'
import { fill } from '../harness/fill.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'
import { within } from '../harness/within.mjs'

const CONCURRENCY = 100
const PER_SECOND = 100
const LIMIT_MS = 60_000

/**
 * Whether what is held back costs the others anything.
 *
 * @param {number} heldBack
 * @returns {import('../harness/scenario.mjs').Scenario}
 */
export const limitedTier = (heldBack) => ({
  id: `limited-tier-${heldBack}`,
  name: `Drain beside ${heldBack === 0 ? 'nothing' : `${heldBack.toLocaleString('en-US')} jobs of a rate-limited tier`}`,
  how:
    heldBack === 0
      ? 'What the next is compared with.'
      : `${heldBack.toLocaleString('en-US')} more urgent jobs wait in a tier of which ${PER_SECOND} a second may start; how fast ${CONCURRENCY} handlers at a time handle the others meanwhile, from the start of the worker until the last of them is handled. Completed jobs are removed.`,
  measures: [jobsPerSecond],
  takes: ({ features }) => features.includes('limits'),
  size: forSeconds(2, { warmUp: 5_000, most: 200_000 }),
  async run({ size, open }) {
    const queue = await open()
    if (heldBack > 0) await queue.limit?.({ jobs: heldBack, perSecond: PER_SECOND })
    await fill(queue, size)
    const { count, calls, reached } = countdown(size)
    const handler = async () => count()
    const seconds = await secondsOf(async () => {
      await queue.work({ concurrency: CONCURRENCY, handler })
      await within(LIMIT_MS, reached, 'handling')
    })
    const { unfinished } = await queue.counts()
    const started = heldBack - unfinished
    // One burst besides, and whatever starts while this is counted.
    const allowed = PER_SECOND * (seconds + 2)
    if (started > allowed) throw new Error(`${started} jobs have started, where ${allowed} may`)
    if (calls() !== size) throw new Error(`${size} jobs were handled ${calls()} times`)
    return { rate: size / seconds }
  },
})
