/**
 * @param {number[]} values At least one.
 * @returns {{ median: number, min: number, max: number }}
 */
export function summarize(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
  return { median, min: sorted[0], max: sorted[sorted.length - 1] }
}
