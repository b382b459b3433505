/** Draws from a list that fast-check can shorten. After its end everything is as unlikely as it can be. */
export function drawFrom(values: readonly number[]): () => number {
  let next = 0
  return () => (values[next++] ?? 999) / 1_000
}
