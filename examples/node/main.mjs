import { createSqliteStore } from '@dureq/sqlite-store'
import { createWorker } from '@dureq/worker'
import { sendEmail } from './send-email.mjs'
import { timed } from './timed.mjs'

const store = createSqliteStore({ path: './dureq.db' })
const worker = createWorker({ store, concurrency: 20 })

worker.use(timed)
worker.handle(sendEmail, async ({ to }, ctx) => {
  await ctx.reportProgress({ percent: 50 })
  console.log(`sending to ${to}, attempt ${ctx.attempt} of ${ctx.maxAttempts}`)
  return { messageId: ctx.jobId }
})
worker.hook('onJobDead', (event) => console.error('gave up on', event.jobId, event.error))

await worker.start()
console.log('started')

async function stop() {
  const report = await worker.stop({ timeoutMs: 10_000 })
  await store.close()
  console.log('stopped', JSON.stringify(report))
}

process.once('SIGTERM', () => void stop())
