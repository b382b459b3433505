import { inFlight } from '../harness/in-flight.mjs'
import { payload } from '../harness/payload.mjs'

/** What a web server does: one call a job, many requests at a time. */
export const enqueueSingle = {
  name: 'Enqueue, one call a job, 64 calls in flight',
  jobs: 10_000,
  run: (session, jobs) => inFlight({ calls: jobs, limit: 64 }, () => session.enqueue(payload())),
  leaves: (jobs) => jobs,
}
