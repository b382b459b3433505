import { counted, rounded, table } from './format.mjs'

/** What the others are compared with, where it was measured. */
const baselines = [
  { id: 'bullmq', title: 'to BullMQ' },
  { id: 'raw-loop', title: 'to the raw loop' },
]

/**
 * @typedef {object} SectionOptions
 * @property {readonly import('../harness/system.mjs').System[]} systems Those that were asked for.
 * @property {number} rounds
 * @property {import('../harness/results.mjs').Results} results
 */

/**
 * A scenario with a table for each of its measures.
 *
 * @param {import('../harness/scenario.mjs').Scenario} scenario
 * @param {SectionOptions} options
 */
export function scenarioSection(scenario, options) {
  const { name, how, measures, mostRounds = options.rounds } = scenario
  const note =
    mostRounds < options.rounds ? ` Of ${counted(mostRounds, 'round')} only, because it takes long.` : ''
  const tables = measures.flatMap((measure) => measureTable(scenario, measure, options) ?? [])
  return [`## ${name}`, how + note, ...tables, ...failures(scenario, options)].join('\n\n')
}

/**
 * @param {import('../harness/scenario.mjs').Scenario} scenario
 * @param {import('../harness/scenario.mjs').Measure} measure
 * @param {SectionOptions} options
 */
function measureTable({ id, takes }, measure, { systems, results }) {
  const summaryOf = (/** @type {string} */ system) =>
    results.summary({ scenario: id, measure: measure.id, system })
  const compared = baselines.filter((baseline) => summaryOf(baseline.id) !== undefined)
  const rows = systems.filter(takes).flatMap((system) => {
    const summary = summaryOf(system.id)
    if (summary === undefined) return []
    const { median, min, max } = summary
    const ratios = compared.map((baseline) =>
      rounded(median / (summaryOf(baseline.id)?.median ?? Number.NaN)),
    )
    return [[system.name, rounded(median), `${rounded(min)} - ${rounded(max)}`, ...ratios]]
  })
  if (rows.length === 0) return undefined
  const titles = [
    `${measure.title} (${measure.better} is better)`,
    'spread',
    ...compared.map(({ title }) => title),
  ]
  return table([{ title: 'system' }, ...titles.map((title) => ({ title, isNumber: true }))], rows)
}

/**
 * @param {import('../harness/scenario.mjs').Scenario} scenario
 * @param {SectionOptions} options
 */
function failures({ id }, { systems, results }) {
  return systems.flatMap(({ id: system, name }) => {
    const reasons = results.failures({ scenario: id, system })
    if (reasons.length === 0) return []
    const list = [...new Set(reasons)].join('; ')
    return [`Measurements of ${name} that failed and do not count: ${reasons.length} (${list}).`]
  })
}
