// `pnpm bench [--rounds 5] [--markdown FILE]`: measures dureq beside other queues, prints the table, and writes it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startRedis } from './harness/redis-server.mjs'
import { report } from './harness/report.mjs'
import { runRounds } from './harness/rounds.mjs'
import { drain } from './scenarios/drain.mjs'
import { enqueueBulk } from './scenarios/enqueue-bulk.mjs'
import { enqueueSingle } from './scenarios/enqueue-single.mjs'
import { bullmq } from './systems/bullmq.mjs'
import { dureqRedis } from './systems/dureq-redis.mjs'
import { dureqSqlite } from './systems/dureq-sqlite.mjs'

const systems = [dureqRedis, dureqSqlite, bullmq]
const scenarios = [enqueueSingle, enqueueBulk, drain(1, 3_000), drain(10, 10_000), drain(100, 20_000)]

const { values } = parseArgs({ options: { rounds: { type: 'string' }, markdown: { type: 'string' } } })
const rounds = Number(values.rounds ?? 5)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number above 0')

const tempDir = mkdtempSync(join(tmpdir(), 'dureq-bench-'))
process.on('exit', () => rmSync(tempDir, { recursive: true, force: true }))

const redis = await startRedis(tempDir)
try {
  const setup = { redis, tempDir }
  const results = await runRounds({ systems, scenarios, rounds, setup, log: (line) => console.error(line) })
  const page = report({ systems, baseline: bullmq.name, rounds, redisVersion: redis.version, results })
  console.log(page)
  if (values.markdown !== undefined) writeFileSync(values.markdown, page)
} finally {
  await redis.stop()
}
