/**
 * Counts calls up to a number.
 *
 * @typedef {object} Countdown
 * @property {() => void} count
 * @property {() => number} calls
 * @property {Promise<void>} reached Resolves with the last one of the number.
 */

/**
 * @param {number} number
 * @returns {Countdown}
 */
export function countdown(number) {
  let calls = 0
  /** @type {() => void} */
  let resolve
  const reached = new Promise((done) => {
    resolve = () => done(undefined)
  })
  return {
    count: () => {
      if (++calls === number) resolve()
    },
    calls: () => calls,
    reached,
  }
}
