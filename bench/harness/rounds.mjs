import { measure } from './measure.mjs'
import { messageOf } from './message-of.mjs'
import { createResults } from './results.mjs'
import { sizeOf } from './size.mjs'

/**
 * @typedef {object} Plan
 * @property {readonly import('./system.mjs').System[]} systems
 * @property {readonly import('./scenario.mjs').Scenario[]} scenarios
 * @property {number} rounds
 * @property {boolean} isQuick
 * @property {import('./measure.mjs').Setup} setup
 * @property {(line: string) => void} log
 */

/**
 * Puts every scenario to every system that can take it, round by round; in each round another system goes first. A
 * small round before the first warms the process up and does not count. A measurement that fails is noted, and the rest
 * goes on.
 *
 * @param {Plan} plan
 * @returns {Promise<import('./results.mjs').Results>}
 */
export async function runRounds({ systems, scenarios, rounds, isQuick, setup, log }) {
  const results = createResults()
  for (let round = 0; round <= rounds; round++) {
    const isWarmUp = round === 0
    const isDue = (/** @type {{ mostRounds?: number }} */ { mostRounds = rounds }) => round <= mostRounds
    for (const scenario of scenarios.filter(isDue)) {
      const taking = systems.filter((system) => scenario.takes(system) && isDue(system))
      for (const system of rotated(taking, round)) {
        const at = { scenario: scenario.id, system: system.id }
        const size = sizeOf(scenario.size, { last: isWarmUp ? undefined : (results.last(at) ?? {}), isQuick })
        const title = `${isWarmUp ? 'warm-up' : `round ${round}`}  ${scenario.id}  ${system.id}  ${size}`
        try {
          const values = await measure(scenario, system, { ...setup, size })
          log(`${title}  ${describe(values)}`)
          if (isWarmUp) results.warmUp(at, values)
          else results.add(at, values)
        } catch (error) {
          log(`${title}  FAILED: ${messageOf(error)}`)
          results.fail(at, messageOf(error))
        }
      }
    }
  }
  return results
}

/** @param {import('./scenario.mjs').Values} values */
const describe = (values) =>
  Object.entries(values)
    .map(([measure, value]) => `${measure} ${Number(value.toPrecision(4))}`)
    .join('  ')

/**
 * @template T
 * @param {readonly T[]} list
 * @param {number} by
 */
function rotated(list, by) {
  const start = by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}
