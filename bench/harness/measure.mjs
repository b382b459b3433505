import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createStage } from './stage.mjs'

/**
 * Where everything is measured.
 *
 * @typedef {object} Setup
 * @property {Awaited<ReturnType<typeof import('./redis-server.mjs').startRedis>>} redis
 * @property {import('./postgres-server.mjs').PostgresServer | undefined} postgres
 * @property {string} tempDir
 */

/**
 * Puts a scenario to a system once, on an empty queue.
 *
 * @param {import('./scenario.mjs').Scenario} scenario
 * @param {import('./system.mjs').System} system
 * @param {Setup & { size: number }} setup
 * @returns {Promise<import('./scenario.mjs').Values>}
 */
export async function measure(scenario, system, { redis, postgres, tempDir, size }) {
  if (system.store === 'redis') await redis.empty()
  if (system.store === 'postgres') await postgres?.empty()
  const dir = await mkdtemp(join(tempDir, 'place-'))
  const place = { redisPort: redis.port, postgresUrl: postgres?.url, dir }
  const stage = createStage({ system, size, redis: redis.meter, place })
  try {
    return await scenario.run(stage)
  } finally {
    await stage.end()
    await rm(dir, { recursive: true, force: true })
  }
}
