import { describeMachine } from './machine.mjs'
import { summarize } from './statistics.mjs'

/**
 * The results as a page of Markdown.
 *
 * @param {object} run
 * @param {readonly import('./system.mjs').System[]} run.systems
 * @param {string} run.baseline Name of the system the others are compared with.
 * @param {number} run.rounds
 * @param {string} run.redisVersion
 * @param {Map<string, Map<string, number[]>>} run.results
 */
export function report({ systems, baseline, rounds, redisVersion, results }) {
  const tables = [...results].map(([scenario, rates]) => `## ${scenario}\n\n${table(rates, baseline)}`)
  return `# Benchmarks

Jobs per second, measured by \`pnpm bench\`: the median of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, in which the systems take turns, with the
slowest and the fastest round, and the ratio of the medians to ${baseline}. More is better.

${tables.join('\n\n')}

## How it was measured

- Payloads of 200 bytes, handlers that do nothing, completed jobs removed. Every measurement begins with an empty queue and
  ends with a count of the jobs that are left: one that lost or kept a job is no result.
- Client, worker and harness are one process; one redis-server without persistence, on the same machine, serves whoever
  needs it.
- A round before the first warms the process up and does not count.
${systems.map(({ name, version, settings }) => `- **${name}** ${version}: ${settings}`).join('\n')}
- Node ${process.versions.node}, Redis ${redisVersion}; ${describeMachine()}.

Such numbers say what the queue itself costs, not what your handlers do. Measure on your own machine.
`
}

/**
 * @param {Map<string, number[]>} rates
 * @param {string} baseline
 */
function table(rates, baseline) {
  const rows = [...rates].map(([name, values]) => ({ name, ...summarize(values) }))
  const base = rows.find((row) => row.name === baseline)
  const lines = rows.map(({ name, median, min, max }) => {
    const ratio = base === undefined ? '' : (median / base.median).toFixed(2)
    return `| ${name} | ${rate(median)} | ${rate(min)} - ${rate(max)} | ${ratio} |`
  })
  return `| system | median | spread | ratio |\n| --- | ---: | ---: | ---: |\n${lines.join('\n')}`
}

/** Three digits are more than such a measurement is worth. */
const rate = (/** @type {number} */ value) => Number(value.toPrecision(3)).toLocaleString('en-US')
