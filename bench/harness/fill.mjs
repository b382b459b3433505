import { inFlight } from './in-flight.mjs'
import { payload, payloads } from './payload.mjs'

const PER_CALL = 500
const CALLS = 4

/**
 * Enqueues `jobs` jobs, 500 a call, 4 calls in flight.
 *
 * @param {import('./system.mjs').Queue} queue
 * @param {number} jobs
 * @param {{ dueAt?: number }} [options]
 */
export async function fill(queue, jobs, { dueAt } = {}) {
  let left = jobs
  await inFlight({ calls: Math.ceil(jobs / PER_CALL), limit: CALLS }, () => {
    const count = Math.min(left, PER_CALL)
    left -= count
    return queue.enqueueBulk(payloads(count, payload), dueAt)
  })
}
