/**
 * @param {readonly number[]} values At least one.
 * @returns {{ median: number, min: number, max: number }}
 */
export function summarize(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const median = (at(sorted, Math.ceil(middle) - 1) + at(sorted, Math.floor(middle))) / 2
  return { median, min: at(sorted, 0), max: at(sorted, sorted.length - 1) }
}

/**
 * The value that `share` of all values do not exceed.
 *
 * @param {readonly number[]} values At least one.
 * @param {number} share Above 0, at most 1.
 */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return at(sorted, Math.ceil(sorted.length * share) - 1)
}

/**
 * @param {readonly number[]} values
 * @param {number} index
 */
function at(values, index) {
  const value = values[index]
  if (value === undefined) throw new RangeError('no values')
  return value
}
