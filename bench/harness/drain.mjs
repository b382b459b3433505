import { checkCounts } from './check-counts.mjs'
import { countdown } from './countdown.mjs'
import { untilFinished } from './until-finished.mjs'

/**
 * Starts a worker on a queue with so many jobs; resolves when the store says that all are done, each once.
 *
 * @param {import('./system.mjs').Queue} queue
 * @param {{ jobs: number, concurrency: number, result?: unknown, groupSize?: number }} work
 */
export async function drainQueue(queue, { jobs, concurrency, result, groupSize }) {
  const { count, calls, reached } = countdown(jobs)
  const handler = async () => {
    count()
    return result
  }
  await queue.work({ concurrency, handler, ...(groupSize === undefined ? {} : { groupSize }) })
  const counts = await untilFinished(queue, reached)
  checkCounts(queue, counts, { unfinished: 0, completed: jobs })
  if (calls() !== jobs) throw new Error(`${jobs} jobs were handled ${calls()} times`)
}
