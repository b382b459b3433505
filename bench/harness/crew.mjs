import { fork } from 'node:child_process'
import { once } from 'node:events'
import { within } from './within.mjs'

const START_MS = 20_000
const PRODUCE_MS = 60_000
const END_MS = 10_000

/**
 * A process that works on a queue: it handles jobs from its start, or enqueues them when it is told to.
 *
 * @typedef {object} Crew
 * @property {(jobs: number) => Promise<void>} produce Resolves when they are stored.
 * @property {() => number} handled
 * @property {(listener: () => void) => void} onHandled
 * @property {() => Promise<void>} close
 */

/**
 * What the process is for: `concurrency` handlers, or calls in flight.
 *
 * @typedef {{ role: 'worker' | 'producer', concurrency: number }} CrewWork
 */

/**
 * @typedef {{ systemId: string, place: import('./system.mjs').Place, work: CrewWork }} CrewOrder
 * @typedef {{ kind: 'ready' | 'produced' } | { kind: 'handled', count: number }} CrewMessage
 */

/**
 * @param {CrewOrder} order
 * @returns {Promise<Crew>}
 */
export async function forkCrew(order) {
  const child = fork(new URL('crew-main.mjs', import.meta.url), [JSON.stringify(order)])
  const ended = once(child, 'exit')
  const failure = ended.then(([code]) => {
    throw new Error(`a ${order.work.role} of ${order.systemId} ended with ${code}`)
  })
  failure.catch(() => {}) // said to whoever waits for it then

  let handled = 0
  const listeners = new Set([() => {}])
  child.on('message', (/** @type {CrewMessage} */ message) => {
    if (message.kind !== 'handled') return
    handled = message.count
    for (const listener of listeners) listener()
  })

  /** @param {'ready' | 'produced'} kind */
  async function told(kind) {
    for (;;) {
      const [message] = await Promise.race([once(child, 'message'), failure])
      if (message.kind === kind) return
    }
  }

  async function close() {
    if (child.connected) child.disconnect()
    await within(END_MS, ended, `ending a ${order.work.role}`).catch((error) => {
      child.kill('SIGKILL')
      throw error
    })
  }

  try {
    await within(START_MS, told('ready'), `starting a ${order.work.role}`)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    async produce(jobs) {
      child.send({ jobs })
      await within(PRODUCE_MS, told('produced'), 'producing')
    },
    handled: () => handled,
    onHandled: (listener) => listeners.add(listener),
    close,
  }
}
