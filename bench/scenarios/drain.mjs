import { payloads } from '../harness/payload.mjs'

const PER_CALL = 500

/**
 * What a worker with a backlog does, from its start to the last completion.
 *
 * @param {number} concurrency
 * @param {number} jobs
 */
export const drain = (concurrency, jobs) => ({
  name: `Drain, ${concurrency} ${concurrency === 1 ? 'job' : 'jobs'} at a time`,
  jobs,
  async prepare(session, count) {
    for (let left = count; left > 0; left -= PER_CALL) {
      await session.enqueueBulk(payloads(Math.min(left, PER_CALL)))
    }
  },
  run: (session, count) => session.drain(concurrency, count),
  leaves: () => 0,
})
