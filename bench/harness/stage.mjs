import { forkCrew } from './crew.mjs'
import { within } from './within.mjs'

const CLOSE_MS = 15_000

/**
 * What a scenario works with: one system, an empty place, and so many jobs to do. It closes what was opened on it.
 *
 * @typedef {object} Stage
 * @property {import('./system.mjs').System} system
 * @property {number} size
 * @property {import('./redis-meter.mjs').RedisMeter} redis
 * @property {(wish?: Partial<Wish>) => Promise<Queue>} open
 * @property {(queue: { close: () => Promise<unknown> }) => Promise<void>} close Earlier than at the end.
 * @property {(work: import('./crew.mjs').CrewWork) => Promise<import('./crew.mjs').Crew>} fork A process of its own.
 */

/**
 * @typedef {import('./system.mjs').Queue} Queue
 * @typedef {import('./system.mjs').Wish} Wish
 */

/**
 * @param {Pick<Stage, 'system' | 'size' | 'redis'> & { place: import('./system.mjs').Place }} setting
 * @returns {Stage & { end: () => Promise<void> }}
 */
export function createStage({ system, size, redis, place }) {
  /** @type {Set<{ close: () => Promise<unknown> }>} */
  const opened = new Set()

  /** @type {Stage['close']} */
  async function close(queue) {
    if (!opened.delete(queue)) return
    await within(CLOSE_MS, queue.close(), `closing ${system.name}`)
  }

  return {
    system,
    size,
    redis,
    close,
    async open(wish = {}) {
      const queue = await system.open(place, { keep: false, types: 1, keys: 0, ...wish })
      opened.add(queue)
      return queue
    },
    async fork(work) {
      const crew = await forkCrew({ systemId: system.id, place, work })
      opened.add(crew)
      return crew
    },
    async end() {
      /** @type {unknown[]} */
      const failures = []
      for (const each of [...opened].reverse()) await close(each).catch((error) => failures.push(error))
      for (const error of failures) throw error
    },
  }
}
