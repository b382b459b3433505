import { setTimeout as sleep } from 'node:timers/promises'
import { within } from './within.mjs'

const LIMIT_MS = 60_000

/**
 * Resolves when `handled` is reached and the store says that no job is unfinished. It asks the store only then, so that
 * nobody pays for being watched.
 *
 * @param {import('./system.mjs').Queue} queue
 * @param {Promise<void>} handled
 * @param {{ limitMs?: number }} [options] How long either may take.
 * @returns {Promise<import('./system.mjs').Counts>}
 */
export async function untilFinished(queue, handled, { limitMs = LIMIT_MS } = {}) {
  await within(limitMs, handled, 'handling all jobs')
  const deadline = performance.now() + limitMs
  for (;;) {
    const counts = await queue.counts()
    if (counts.unfinished === 0) return counts
    if (performance.now() > deadline) {
      throw new Error(`${counts.unfinished} handled jobs were never stored as completed`)
    }
    await sleep(1)
  }
}
