/**
 * A question, and how it is put to a system.
 *
 * @typedef {object} Scenario
 * @property {string} id
 * @property {string} name
 * @property {string} how What is done and what is counted, for the reader of the table.
 * @property {readonly Measure[]} measures
 * @property {(system: import('./system.mjs').System) => boolean} takes Whether the system can be asked.
 * @property {import('./size.mjs').Size} size
 * @property {number} [mostRounds] It is too slow for more.
 * @property {boolean} [onlyAsked] It is too slow for a run that names no scenarios.
 * @property {(stage: import('./stage.mjs').Stage) => Promise<Values>} run
 */

/**
 * One thing a scenario measures.
 *
 * @typedef {object} Measure
 * @property {string} id
 * @property {string} title With the unit.
 * @property {'more' | 'less'} better
 */

/**
 * Measure -> value. A measure that means nothing for the system is absent.
 *
 * @typedef {Record<string, number>} Values
 */

/** What most scenarios measure. */
export const jobsPerSecond = /** @type {const} */ ({ id: 'rate', title: 'jobs per second', better: 'more' })

export const all = () => true
