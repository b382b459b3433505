import { fits, targets } from '../reach.mjs'
import { rounded, table } from './format.mjs'

const columns = [
  { title: 'what' },
  { title: 'target', isNumber: true },
  { title: 'measured', isNumber: true },
  { title: 'reached' },
]

/** One more than elsewhere, so that what just misses its target does not look as if it met it. */
const DIGITS = 4

/**
 * What was set out for, and what became of it.
 *
 * @param {import('../harness/results.mjs').Results} results
 */
export function reachTable(results) {
  /** @type {import('../reach.mjs').Median} */
  const median = (scenario, measure, system) => results.summary({ scenario, measure, system })?.median
  const rows = targets.map(({ aim, unit, bound, value }) => {
    const measured = value(median)
    const target = say(bound) + unit
    if (measured === undefined) return [aim, target, 'not measured', '']
    return [aim, target, rounded(measured, DIGITS) + unit, fits(measured, bound) ? 'yes' : '**no**']
  })
  return table(columns, rows)
}

/** @param {import('../reach.mjs').Bound} bound */
function say(bound) {
  if ('atLeast' in bound) return `at least ${rounded(bound.atLeast)}`
  return 'atMost' in bound ? `at most ${rounded(bound.atMost)}` : `below ${rounded(bound.below)}`
}
