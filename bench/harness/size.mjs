/**
 * How much one measurement takes: jobs, samples or whatever else its scenario counts.
 *
 * @typedef {object} Size
 * @property {number} warmUp In the round that does not count.
 * @property {number} [least] In any other; by default as many.
 * @property {(last: Readonly<Record<string, number>>) => number} full By what the system did in the last round.
 */

/** A quick run takes this share of everything. */
const QUICK_SHARE = 0.05

/**
 * As many jobs as the system does in so many seconds: what is too short is noise, and what is too long is waiting.
 *
 * @param {number} seconds
 * @param {{ warmUp: number, most: number }} bounds
 * @returns {Size}
 */
export const forSeconds = (seconds, { warmUp, most }) => ({
  warmUp,
  full: ({ rate = 0 }) => Math.min(Math.ceil(rate * seconds), most),
})

/**
 * The same for every system.
 *
 * @param {number} full
 * @returns {Size}
 */
export const fixed = (full) => ({ warmUp: Math.ceil(full * QUICK_SHARE), full: () => full })

/**
 * @param {Size} size
 * @param {{ last: Readonly<Record<string, number>> | undefined, isQuick: boolean }} now `last` is undefined in the
 *   warm-up.
 */
export function sizeOf(size, { last, isQuick }) {
  if (last === undefined) return size.warmUp
  const share = isQuick ? QUICK_SHARE : 1
  return Math.max(size.least ?? size.warmUp, Math.ceil(size.full(last) * share))
}
