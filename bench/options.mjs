import { parseArgs } from 'node:util'
import { messageOf } from './harness/message-of.mjs'

const usage = `usage: pnpm bench [--quick] [--rounds N] [--only SCENARIO]... [--systems A,B] [--markdown FILE]`

/**
 * What is to be measured.
 *
 * @typedef {object} Options
 * @property {readonly import('./harness/scenario.mjs').Scenario[]} scenarios
 * @property {readonly string[]} systemIds
 * @property {number} rounds
 * @property {boolean} isQuick
 * @property {string | undefined} markdown The file for the page.
 */

/**
 * @param {readonly string[]} args
 * @param {{ scenarios: Options['scenarios'], systemIds: readonly string[] }} known
 * @returns {Options}
 * @throws Error that says what is wrong, for whoever typed it.
 */
export function readOptions(args, { scenarios, systemIds }) {
  const { quick, rounds, only, systems, markdown } = parse(args)
  return {
    scenarios:
      only === undefined
        ? scenarios.filter(({ onlyAsked }) => onlyAsked !== true)
        : selectScenarios(only, scenarios),
    systemIds: systems === undefined ? systemIds : selectSystems(systems.split(','), systemIds),
    rounds: readRounds(rounds ?? (quick ? '1' : '5')),
    isQuick: quick,
    markdown,
  }
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        only: { type: 'string', multiple: true },
        systems: { type: 'string' },
        markdown: { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new Error(`${messageOf(error)}\n${usage}`)
  }
}

/** @param {string} text */
function readRounds(text) {
  const rounds = Number(text)
  if (Number.isInteger(rounds) && rounds >= 1) return rounds
  throw new Error(`--rounds must be a whole number above 0, not ${text}`)
}

/**
 * @param {readonly string[]} parts
 * @param {Options['scenarios']} scenarios
 */
function selectScenarios(parts, scenarios) {
  const ids = new Set(scenarios.map(({ id }) => id))
  const fits =
    (/** @type {string} */ part) =>
    (/** @type {{ id: string }} */ { id }) =>
      ids.has(part) ? id === part : id.includes(part)
  const useless = parts.find((part) => !scenarios.some(fits(part)))
  if (useless !== undefined) {
    throw new Error(`no scenario contains ${useless}; there are: ${scenarios.map(({ id }) => id).join(', ')}`)
  }
  return scenarios.filter((scenario) => parts.some((part) => fits(part)(scenario)))
}

/**
 * @param {readonly string[]} wanted
 * @param {readonly string[]} systemIds
 */
function selectSystems(wanted, systemIds) {
  const unknown = wanted.find((id) => !systemIds.includes(id))
  if (unknown === undefined) return systemIds.filter((id) => wanted.includes(id))
  throw new Error(`no system ${unknown}; there are: ${systemIds.join(', ')}`)
}
