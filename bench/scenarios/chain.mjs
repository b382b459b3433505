import { checkCounts } from '../harness/check-counts.mjs'
import { countdown } from '../harness/countdown.mjs'
import { fixed } from '../harness/size.mjs'
import { percentile } from '../harness/statistics.mjs'
import { untilFinished } from '../harness/until-finished.mjs'

const CONCURRENCY = 100

/**
 * So many jobs, each of which waits for the next one.
 *
 * @param {number} length
 */
function chainOf(length) {
  /** @type {import('../harness/system.mjs').FlowNode} */
  let node = { name: 'link-1' }
  for (let i = 2; i <= length; i++) node = { name: `link-${i}`, children: [node] }
  return node
}

/** What a step of a workflow feels like. @type {import('../harness/scenario.mjs').Scenario} */
export const chain = {
  id: 'chain',
  name: 'A chain of 100 jobs',
  how: `One flow on an idle machine, each job of which waits for the one before: from the end of a handler to the start of the next one, in ms.`,
  measures: [
    { id: 'p50', title: 'hop p50, ms', better: 'less' },
    { id: 'p99', title: 'hop p99, ms', better: 'less' },
  ],
  takes: ({ features }) => features.includes('flows'),
  size: fixed(100),
  async run({ size, open }) {
    const queue = await open({ keep: true })
    const { count, reached } = countdown(size)
    /** @type {number[]} */
    const hops = []
    /** @type {number | undefined} */
    let ended
    const handler = async () => {
      if (ended !== undefined) hops.push(performance.now() - ended)
      count()
      ended = performance.now()
    }
    await queue.flow?.({ flows: 1, tree: chainOf(size), concurrency: CONCURRENCY, handler })
    checkCounts(queue, await untilFinished(queue, reached), { unfinished: 0, completed: size })
    return { p50: percentile(hops, 0.5), p99: percentile(hops, 0.99) }
  },
}
