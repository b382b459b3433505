import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * @typedef {import('./system.mjs').System} System
 * @typedef {import('./system.mjs').Scenario} Scenario
 * @typedef {{ port: number, empty: () => Promise<unknown> }} Redis
 */

/**
 * Measures a system in a scenario once, on an empty queue, and checks that all of the work was done.
 *
 * @param {System} system
 * @param {Scenario} scenario
 * @param {{ redis: Redis, tempDir: string, jobs: number }} setup
 * @returns {Promise<number>} jobs per second
 */
export async function measure(system, scenario, { redis, tempDir, jobs }) {
  await redis.empty()
  const dir = await mkdtemp(join(tempDir, 'session-'))
  const session = await system.open({ redisPort: redis.port, dir })
  try {
    await scenario.prepare?.(session, jobs)
    globalThis.gc?.() // nobody pays for what was before
    const started = performance.now()
    await scenario.run(session, jobs)
    const seconds = (performance.now() - started) / 1000

    const left = await session.jobsLeft()
    if (left === scenario.leaves(jobs)) return jobs / seconds
    throw new Error(`${system.name}, ${scenario.name}: ${left} jobs left instead of ${scenario.leaves(jobs)}`)
  } finally {
    await session.close()
    await rm(dir, { recursive: true, force: true })
  }
}
