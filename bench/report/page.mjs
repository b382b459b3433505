import { describeMachine } from '../harness/machine.mjs'
import { postgresSettings } from '../harness/postgres-server.mjs'
import { redisSettings } from '../harness/redis-server.mjs'
import { counted } from './format.mjs'
import { reachTable } from './reach-table.mjs'
import { scenarioSection } from './scenario-section.mjs'

/**
 * @typedef {object} Run
 * @property {readonly import('../harness/system.mjs').System[]} systems
 * @property {readonly import('../harness/scenario.mjs').Scenario[]} scenarios
 * @property {number} rounds
 * @property {boolean} isQuick
 * @property {number} minutes
 * @property {import('../harness/results.mjs').Results} results
 * @property {{ redis: string, postgres: string | undefined }} versions
 * @property {readonly string[]} leftOut Names of systems that could not be measured.
 */

/**
 * The results as a page of Markdown.
 *
 * @param {Run} run
 */
export function page(run) {
  const { systems, scenarios, rounds, isQuick, minutes, results } = run
  const sections = scenarios
    .filter(({ takes }) => systems.some(takes))
    .map((scenario) => scenarioSection(scenario, { systems, rounds, results }))
  return `# Benchmarks

What \`pnpm bench\` measured in one run of ${counted(minutes, 'minute')}: dureq beside other queues, and beside the least a worker on
Redis can be (the raw loop). The tables show the median of ${counted(rounds, 'round')}, in which the systems take turns, with the least
and the greatest value, and the ratio of the medians to BullMQ and to the raw loop.
${isQuick ? '\n**A quick run, of a twentieth of the jobs: a look, not a result.**\n' : ''}
## What we set out to reach

Ratios are of medians of this run; dureq is that on Redis and completed jobs are removed, where nothing else is said.

${reachTable(results)}

${sections.join('\n\n')}

## How it was measured

${method(run)}
`
}

/** @param {Run} run */
function method({ systems, versions, leftOut, rounds }) {
  return `- Payloads of 200 bytes and handlers that do nothing, where a scenario says nothing else. Every measurement begins with
  an empty queue and ends with a count: one in which a job was lost, kept or handled twice is no result.
- Client, worker and harness are one process, where a scenario says nothing else; every system has one of its own, which lives as
  long as the run, so that none is slowed down by what the compiler has learned from another. The servers run on the same machine.
- A small round before the first warms the process up and does not count. What is measured in jobs per second takes as
  many jobs as the system did in a second of the round before, so that the fast are not measured too briefly.
- Times end when the store says that all is done, so that no system is asked for an event per job.
${systems.map((system) => describe(system, rounds)).join('\n')}
- Redis ${versions.redis}: ${redisSettings}. ${describePostgres(versions.postgres, leftOut)}
- Node ${process.versions.node}; ${describeMachine()}.

Such numbers say what the queue itself costs, not what your handlers do. Measure on your own machine.`
}

/**
 * @param {string | undefined} version
 * @param {readonly string[]} leftOut
 */
function describePostgres(version, leftOut) {
  if (version !== undefined) return `PostgreSQL ${version}: ${postgresSettings}.`
  if (leftOut.length === 0) return ''
  return `No PostgreSQL was found on this machine, so ${leftOut.join(' and ')} could not be measured.`
}

/**
 * @param {import('../harness/system.mjs').System} system
 * @param {number} rounds
 */
function describe(system, rounds) {
  const { name, version, settings, mostRounds = rounds } = system
  const title = version === '' ? `**${name}**` : `**${name}** ${version}`
  return `- ${title}: ${settings}${mostRounds < rounds ? ` ${counted(mostRounds, 'round')} only.` : ''}`
}
