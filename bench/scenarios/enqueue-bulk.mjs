import { inFlight } from '../harness/in-flight.mjs'
import { payloads } from '../harness/payload.mjs'

const PER_CALL = 500

/** What an import does: many jobs a call. */
export const enqueueBulk = {
  name: 'Enqueue, 500 jobs a call, 4 calls in flight',
  jobs: 40_000,
  run: (session, jobs) =>
    inFlight({ calls: jobs / PER_CALL, limit: 4 }, () => session.enqueueBulk(payloads(PER_CALL))),
  leaves: (jobs) => jobs,
}
