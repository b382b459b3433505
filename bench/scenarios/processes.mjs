import { checkCounts } from '../harness/check-counts.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'
import { untilFinished } from '../harness/until-finished.mjs'

const CALLS = 64
const CONCURRENCY = 100
/** A fresh process is slow until its code is compiled. */
const WARM_UP_JOBS = 1_000

/**
 * What a deployment does: one process enqueues what others handle.
 *
 * @param {number} workers
 * @returns {import('../harness/scenario.mjs').Scenario}
 */
export const processes = (workers) => ({
  id: `processes-${workers}`,
  name: `A producer and ${workers === 1 ? 'a worker process' : `${workers} worker processes`} together`,
  how: `What a deployment does: one process enqueues, ${CALLS} single calls in flight, and ${workers} other${workers === 1 ? '' : 's'} of ${CONCURRENCY} handlers each handle the jobs meanwhile; from the first call until the store says that every job is completed. The processes are new, but ${WARM_UP_JOBS.toLocaleString('en-US')} jobs warm each group up first.`,
  measures: [jobsPerSecond],
  takes: ({ store }) => workers === 1 || store !== 'postgres',
  size: forSeconds(1, { warmUp: 500, most: 100_000 }),
  async run({ size, open, fork }) {
    const queue = await open()
    /** @type {Crew[]} */
    const crews = []
    for (let i = 0; i < workers; i++) crews.push(await fork({ role: 'worker', concurrency: CONCURRENCY }))
    const producer = await fork({ role: 'producer', concurrency: CALLS })

    const together = async (/** @type {number} */ jobs) => {
      const handled = untilHandled(crews, jobs)
      await producer.produce(jobs)
      return untilFinished(queue, handled)
    }
    await together(WARM_UP_JOBS)
    const seconds = await secondsOf(() => together(size))

    const jobs = WARM_UP_JOBS + size
    checkCounts(queue, await queue.counts(), { unfinished: 0, completed: jobs })
    const handled = sumOf(crews)
    if (handled !== jobs) throw new Error(`${jobs} jobs were handled ${handled} times`)
    return { rate: size / seconds }
  },
})

/** @typedef {import('../harness/crew.mjs').Crew} Crew */

/**
 * @param {readonly Crew[]} crews
 * @param {number} more
 * @returns {Promise<void>}
 */
function untilHandled(crews, more) {
  const goal = sumOf(crews) + more
  return new Promise((resolve) => {
    for (const crew of crews) {
      crew.onHandled(() => {
        if (sumOf(crews) >= goal) resolve()
      })
    }
  })
}

/** @param {readonly Crew[]} crews */
const sumOf = (crews) => crews.reduce((sum, crew) => sum + crew.handled(), 0)
