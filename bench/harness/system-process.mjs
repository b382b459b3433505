import { fork } from 'node:child_process'
import { once } from 'node:events'
import { within } from './within.mjs'

const END_MS = 10_000

/**
 * What one process measures: a scenario, put to its system once.
 *
 * @typedef {object} Order
 * @property {string} scenario
 * @property {number} size
 * @property {import('./system.mjs').Place} place
 */

/**
 * @typedef {{ values: import('./scenario.mjs').Values } | { failure: string }} Outcome
 */

/**
 * A process of one system, for all that is measured of it: systems that shared one would slow one another down, because what
 * the compiler learns from one is wrong for the next. One that has ended, for whatever reason, is followed by another.
 *
 * @typedef {object} SystemProcess
 * @property {(order: Order) => Promise<import('./scenario.mjs').Values>} measure
 * @property {() => Promise<void>} close
 */

/**
 * @param {string} systemId
 * @returns {SystemProcess}
 */
export function createSystemProcess(systemId) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child

  function begin() {
    const begun = fork(new URL('system-main.mjs', import.meta.url), [systemId])
    begun.once('exit', () => {
      if (child === begun) child = undefined
    })
    child = begun
    return begun
  }

  return {
    async measure(order) {
      const measuring = child ?? begin()
      const answered = new AbortController()
      const { signal } = answered
      const ended = once(measuring, 'exit', { signal }).then(([code]) => {
        throw new Error(`the process of ${systemId} ended with ${code}`)
      })
      ended.catch(() => {}) // said to whoever waits for it
      measuring.send(order)
      try {
        const [outcome] = await Promise.race([once(measuring, 'message', { signal }), ended])
        if ('failure' in outcome) throw new Error(outcome.failure)
        return outcome.values
      } finally {
        answered.abort()
      }
    },
    async close() {
      const ending = child
      if (ending === undefined) return
      const ended = once(ending, 'exit')
      ending.disconnect()
      await within(END_MS, ended, `ending the process of ${systemId}`).catch((error) => {
        ending.kill('SIGKILL')
        throw error
      })
    },
  }
}
