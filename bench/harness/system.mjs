/**
 * A queue under test. What it measures must be what its users would get: the best settings its documentation has for
 * the job, stated in `settings`, and nothing a production system could not keep on.
 *
 * @typedef {object} System
 * @property {string} name
 * @property {string} version
 * @property {string} settings What was set, in one sentence; it is printed.
 * @property {(place: Place) => Promise<Session>} open An empty queue. Never measured.
 */

/**
 * Where a system may keep its jobs; empty, and its own for as long as the session lasts.
 *
 * @typedef {object} Place
 * @property {number} redisPort On 127.0.0.1.
 * @property {string} dir
 */

/**
 * One queue of a system. Completed jobs are removed.
 *
 * @typedef {object} Session
 * @property {(payload: object) => Promise<unknown>} enqueue Resolves when the job is stored.
 * @property {(payloads: object[]) => Promise<unknown>} enqueueBulk The same for many, in as few calls as it takes.
 * @property {(concurrency: number, jobs: number) => Promise<void>} drain Starts one worker with a handler that does
 *   nothing; resolves when so many jobs are completed, their completion stored.
 * @property {() => Promise<number>} jobsLeft How many jobs there are, in whatever state.
 * @property {() => Promise<void>} close
 */

/**
 * What is measured.
 *
 * @typedef {object} Scenario
 * @property {string} name
 * @property {number} jobs How many jobs one measurement takes.
 * @property {(session: Session, jobs: number) => Promise<void>} [prepare] Not measured.
 * @property {(session: Session, jobs: number) => Promise<void>} run Measured.
 * @property {(jobs: number) => number} leaves How many jobs there must be afterwards.
 */

export {}
