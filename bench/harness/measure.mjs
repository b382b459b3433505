import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Where everything is measured.
 *
 * @typedef {object} Setup
 * @property {Awaited<ReturnType<typeof import('./redis-server.mjs').startRedis>>} redis
 * @property {import('./postgres-server.mjs').PostgresServer | undefined} postgres
 * @property {string} tempDir
 * @property {ReadonlyMap<string, import('./system-process.mjs').SystemProcess>} processes By the id of their system.
 */

/**
 * Puts a scenario to a system once, on an empty queue.
 *
 * @param {import('./scenario.mjs').Scenario} scenario
 * @param {import('./system.mjs').System} system
 * @param {Setup & { size: number }} setup
 * @returns {Promise<import('./scenario.mjs').Values>}
 */
export async function measure(scenario, system, { redis, postgres, tempDir, processes, size }) {
  if (system.store === 'redis') await redis.empty()
  if (system.store === 'postgres') await postgres?.empty()
  const dir = await mkdtemp(join(tempDir, 'place-'))
  const place = { redisPort: redis.port, postgresUrl: postgres?.url, dir }
  try {
    const measuring = processes.get(system.id)
    if (measuring === undefined) throw new Error(`no process of ${system.id}`)
    return await measuring.measure({ scenario: scenario.id, size, place })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
