import { checkCounts } from '../harness/check-counts.mjs'
import { countdown } from '../harness/countdown.mjs'
import { jobsPerSecond } from '../harness/scenario.mjs'
import { fixed } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'
import { untilFinished } from '../harness/until-finished.mjs'

const CONCURRENCY = 100
const CHILDREN = 10

/**
 * A parent and so many children.
 *
 * @param {number} count
 * @returns {import('../harness/system.mjs').FlowNode}
 */
const family = (count) => ({
  name: 'parent',
  children: Array.from({ length: count }, (_, i) => ({ name: `child-${i}` })),
})

/**
 * Stores flows while a worker runs them; how many jobs a second are done, until the store says that all are.
 *
 * @param {Pick<import('../harness/stage.mjs').Stage, 'open'>} stage
 * @param {{ flows: number, children: number }} what
 */
async function rateOf({ open }, { flows, children }) {
  const queue = await open({ keep: true })
  const jobs = flows * (children + 1)
  const { count, calls, reached } = countdown(jobs)
  const handler = async () => count()
  const seconds = await secondsOf(async () => {
    await queue.flow?.({ flows, tree: family(children), concurrency: CONCURRENCY, handler })
    const counts = await untilFinished(queue, reached)
    checkCounts(queue, counts, { unfinished: 0, completed: jobs })
  })
  if (calls() !== jobs) throw new Error(`${jobs} jobs were handled ${calls()} times`)
  return { rate: jobs / seconds }
}

/** What fan-out and fan-in cost. @type {import('../harness/scenario.mjs').Scenario} */
export const flows = {
  id: 'flows',
  name: '1,000 flows of a parent with ten children',
  how: `A parent runs when its ${CHILDREN} children are done. From the first call that stores a flow until the store says that all jobs (and workflows) are completed; one worker of ${CONCURRENCY} handlers takes them meanwhile. Completed jobs are kept.`,
  measures: [jobsPerSecond],
  takes: ({ features }) => features.includes('flows'),
  // A young process is several times slower; after so many, the code of all of these is compiled.
  size: { warmUp: 3_000, least: 1, full: () => 1_000 },
  run: ({ size, open }) => rateOf({ open }, { flows: size, children: CHILDREN }),
}

/** Whether a step costs what changed or the size of all. @type {import('../harness/scenario.mjs').Scenario} */
export const largeFlow = {
  id: 'large-flow',
  name: 'One flow of 10,000 jobs',
  how: `The same with one parent of all other jobs: a step must not cost more because its flow is large.`,
  measures: [jobsPerSecond],
  takes: ({ features }) => features.includes('flows'),
  size: fixed(10_000),
  run: ({ size, open }) => rateOf({ open }, { flows: 1, children: size - 1 }),
}
