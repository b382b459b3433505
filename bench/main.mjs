// `pnpm bench`: measures dureq beside other queues, prints the page, and writes it. See README.md for its options.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from './harness/postgres-server.mjs'
import { startRedis } from './harness/redis-server.mjs'
import { runRounds } from './harness/rounds.mjs'
import { createSystemProcess } from './harness/system-process.mjs'
import { readOptions } from './options.mjs'
import { page } from './report/page.mjs'
import { scenarios } from './scenarios/index.mjs'
import { loadSystem, systemIds } from './systems/index.mjs'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))
// Whoever started this is gone.
process.on('disconnect', () => process.exit(1))
process.channel?.unref()

try {
  await bench(readOptions(process.argv.slice(2), { scenarios, systemIds }))
} catch (error) {
  console.error(error instanceof Error && error.cause === undefined ? error.message : error)
  process.exitCode = 1
}

/** @param {import('./options.mjs').Options} options */
async function bench(options) {
  const started = performance.now()
  const wanted = await Promise.all(options.systemIds.map(loadSystem))
  const needsPostgres = wanted.some(({ store }) => store === 'postgres')
  const tempDir = mkdtempSync(join(tmpdir(), 'dureq-bench-'))
  const places = join(tempDir, 'places')
  mkdirSync(places)
  const redis = await startRedis(tempDir)
  const postgres = needsPostgres ? await startPostgres() : undefined
  const processes = new Map(wanted.map(({ id }) => [id, createSystemProcess(id)]))
  try {
    const isThere = (/** @type {typeof wanted[number]} */ { store }) =>
      store !== 'postgres' || postgres !== undefined
    const systems = wanted.filter(isThere)
    const setup = { redis, postgres, tempDir: places, processes }
    const seconds = () => ((performance.now() - started) / 1000).toFixed(0).padStart(5)
    const log = (/** @type {string} */ line) => console.error(`${seconds()} s  ${line}`)
    const results = await runRounds({ ...options, systems, setup, log })

    const text = page({
      ...options,
      systems,
      results,
      minutes: Math.ceil((performance.now() - started) / 60_000),
      versions: { redis: redis.version, postgres: postgres?.version },
      leftOut: wanted.filter((system) => !isThere(system)).map(({ name }) => name),
    })
    console.log(text)
    if (options.markdown !== undefined) writeFileSync(options.markdown, text)
    if (results.failed() > 0) throw new Error(`${results.failed()} measurements failed`)
  } finally {
    for (const each of processes.values()) await each.close()
    await postgres?.stop()
    await redis.stop()
  }
}
