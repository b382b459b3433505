import { measure } from './measure.mjs'

const WARM_UP_SHARE = 0.2

/**
 * Measures every system in every scenario, round by round; in each round another system goes first. A shorter round
 * before the first warms up the process and does not count.
 *
 * @param {object} plan
 * @param {readonly import('./system.mjs').System[]} plan.systems
 * @param {readonly import('./system.mjs').Scenario[]} plan.scenarios
 * @param {number} plan.rounds
 * @param {{ redis: import('./measure.mjs').Redis, tempDir: string }} plan.setup
 * @param {(line: string) => void} plan.log
 * @returns {Promise<Map<string, Map<string, number[]>>>} scenario name -> system name -> jobs per second, per round
 */
export async function runRounds({ systems, scenarios, rounds, setup, log }) {
  const results = new Map(
    scenarios.map(({ name }) => [name, new Map(systems.map((each) => [each.name, []]))]),
  )
  for (let round = 0; round <= rounds; round++) {
    const isWarmUp = round === 0
    for (const scenario of scenarios) {
      const jobs = isWarmUp ? Math.ceil(scenario.jobs * WARM_UP_SHARE) : scenario.jobs
      for (const system of rotated(systems, round)) {
        const rate = await measure(system, scenario, { ...setup, jobs })
        log(
          `${isWarmUp ? 'warm-up' : `round ${round}`}  ${scenario.name}  ${system.name}  ${rate.toFixed(0)}/s`,
        )
        if (!isWarmUp) results.get(scenario.name)?.get(system.name)?.push(rate)
      }
    }
  }
  return results
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {number} by
 */
function rotated(list, by) {
  const start = by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}
