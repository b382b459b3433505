import { createClient } from '@dureq/client'
import { createScheduler } from '@dureq/scheduler'
import { createSqliteStore } from '@dureq/sqlite-store'
import { createWorker } from '@dureq/worker'

const store = createSqliteStore({ path: './dureq.db' })
const client = createClient({ store })
const worker = createWorker({ store })
const scheduler = createScheduler({ store })

worker.handle('tick', async (_, ctx) => console.log('fired for', ctx.headers['x-dureq-scheduled-at']))

// The unique key makes it one schedule, however often this program is started.
const schedule = /** @type {const} */ ({ type: 'DURATION', interval: '1s', catchupWindow: '1m' })
const [result] = await client.enqueueAll([{ task: 'tick', options: { schedule, uniqueKey: 'tick' } }])
console.log(result?.kind === 'created' ? 'scheduled' : 'it is scheduled already')

const mornings = /** @type {const} */ ({ type: 'CRON', cronExpr: '0 9 * * 1-5', timezone: 'Asia/Tokyo' })
const [next = 0] = await client.previewSchedule(mornings, 1)
console.log('the next working day in Tokyo begins', new Date(next).toISOString())

await worker.start()
await scheduler.start()

async function stop() {
  await scheduler.stop()
  await worker.stop()
  await client.close()
  await store.close()
  console.log('stopped')
}

process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
