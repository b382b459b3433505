import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, createClient } from '@dureq/client'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { enqueueMany } from './fixtures/enqueue-many.ts'
import { sendLoad } from './fixtures/http-load.ts'
import { openTestStore } from './fixtures/place.ts'
import { until } from './fixtures/until.ts'
import { startServer } from './support/server.ts'
import { tempDir } from './support/temp-dir.ts'

const SECONDS = 15
const REQUESTS_PER_SECOND = 200
const JOBS_PER_SECOND = 2_000
const LISTENERS = 10

/** What dashboards and terminal tools ask for again and again. */
const paths = [
  '/api/stats',
  '/api/jobs?limit=10&sort=newest',
  '/api/jobs?limit=100&status=completed',
  '/api/history/runs?limit=30',
  '/api/history/events?limit=50',
  '/api/queues',
  '/api/nodes',
  '/api/workflows?limit=10',
  '/api/schedules?limit=10',
  '/api/dlq?limit=10',
  '/api/stats/daily?days=30',
  '/api/health',
]

/** Someone who watches: the frames that came, and whether the socket is still open. */
interface Listener {
  readonly frames: () => number
  readonly isOpen: () => boolean
}

async function listen(url: string): Promise<Listener> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/ws`)
  onTestFinished(() => socket.terminate())
  let frames = 0
  socket.on('message', (data: Buffer) => {
    expect(JSON.parse(data.toString())).toHaveProperty('type')
    frames += 1
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { frames: () => frames, isOpen: () => socket.readyState === WebSocket.OPEN }
}

/** Enqueues so many jobs a second, four times a second. */
async function produce(client: Client): Promise<number> {
  const started = performance.now()
  let jobs = 0
  for (let bunch = 0; bunch < SECONDS * 4; bunch++) {
    await sleep(Math.max(0, started + bunch * 250 - performance.now()))
    jobs += (await enqueueMany(client, JOBS_PER_SECOND / 4, { taskType: 'noop' })).length
  }
  return jobs
}

it('answers two hundred requests a second while two thousand jobs a second run', async () => {
  const { store, redis, place } = await openTestStore('redis', tempDir())
  const client = createClient({ store })
  onTestFinished(async () => {
    await client.close()
    await store.close()
    await redis?.kill()
  })
  const { url } = await startServer({ DUREQ_REDIS_URL: 'url' in place ? place.url : '' })
  const listeners = await Promise.all(Array.from({ length: LISTENERS }, () => listen(url)))

  const [report, jobs] = await Promise.all([
    sendLoad(url, { paths, perSecond: REQUESTS_PER_SECOND, seconds: SECONDS }),
    produce(client),
  ])

  expect(report).toMatchObject({
    sent: REQUESTS_PER_SECOND * SECONDS,
    statuses: { 200: REQUESTS_PER_SECOND * SECONDS },
  })
  // Not how fast it is: that the load was there at once, on whatever machine.
  expect(report.elapsedMs).toBeLessThan(6 * SECONDS * 1_000)
  await until(async () => (await client.stats()).jobCounts.completed === jobs)
  expect(jobs).toBe(JOBS_PER_SECOND * SECONDS)
  expect((await client.stats()).jobCounts).toMatchObject({ pending: 0, running: 0, dead: 0, retrying: 0 })
  expect(listeners.every(({ isOpen }) => isOpen())).toBe(true)
  for (const { frames } of listeners) expect(frames()).toBeGreaterThan(0)
}, 180_000)
