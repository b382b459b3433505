/**
 * A measurement that lost, kept or doubled a job is no result: throws then.
 *
 * @param {import('./system.mjs').Queue} queue
 * @param {import('./system.mjs').Counts} found
 * @param {import('./system.mjs').Counts} expected `completed` as if completed jobs were kept.
 */
export function checkCounts({ keeps }, found, { unfinished, completed }) {
  const kept = keeps ? completed : 0
  if (found.unfinished === unfinished && found.completed === kept) return
  throw new Error(
    `${found.unfinished} jobs unfinished and ${found.completed} completed instead of ${unfinished} and ${kept}`,
  )
}
