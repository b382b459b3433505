import { summarize } from './statistics.mjs'

/**
 * What was measured: round by round, for each scenario, system and measure.
 *
 * @typedef {object} Results
 * @property {(at: Cell, values: import('./scenario.mjs').Values) => void} add
 * @property {(at: Cell, reason: string) => void} fail
 * @property {(at: Cell) => import('./scenario.mjs').Values | undefined} last What came last, the warm-up included.
 * @property {(at: Cell & { measure: string }) => Summary | undefined} summary undefined where nothing was measured.
 * @property {(at: Cell) => readonly string[]} failures
 * @property {() => number} failed Measurements that failed.
 */

/**
 * @typedef {{ scenario: string, system: string }} Cell
 * @typedef {ReturnType<typeof summarize> & { rounds: number }} Summary
 */

/** @returns {Results & { warmUp: Results['add'] }} */
export function createResults() {
  /** @type {Map<string, { last?: import('./scenario.mjs').Values, rounds: import('./scenario.mjs').Values[], failures: string[] }>} */
  const cells = new Map()
  const cell = (/** @type {Cell} */ { scenario, system }) => {
    const key = `${scenario} ${system}`
    const found = cells.get(key) ?? { rounds: [], failures: [] }
    cells.set(key, found)
    return found
  }

  return {
    warmUp(at, values) {
      cell(at).last = values
    },
    add(at, values) {
      cell(at).last = values
      cell(at).rounds.push(values)
    },
    fail: (at, reason) => cell(at).failures.push(reason),
    last: (at) => cell(at).last,
    summary({ measure, ...at }) {
      const values = cell(at).rounds.flatMap((round) => round[measure] ?? [])
      return values.length === 0 ? undefined : { ...summarize(values), rounds: values.length }
    },
    failures: (at) => cell(at).failures,
    failed: () => [...cells.values()].reduce((sum, { failures }) => sum + failures.length, 0),
  }
}
