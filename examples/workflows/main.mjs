import { createClient } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'
import { createWorker } from '@dureq/worker'
import { createWorkflowEngine } from '@dureq/workflow'
import { order } from './order.mjs'

const store = createSqliteStore({ path: './dureq.db' })
const client = createClient({ store })
const worker = createWorker({ store })
const engine = createWorkflowEngine({ store })

worker.handle('stock.reserve', async (/** @type {{ item: string }} */ { item }) => {
  console.log('put aside:', item)
})
worker.handle('parcel.ship', async (/** @type {{ upstream: { by: string } }} */ { upstream }, ctx) => {
  console.log('shipped', ctx.workflow?.input, 'to', upstream.by)
  return { tracking: `P-${ctx.jobId}` }
})
worker.handle('stock.release', async () => console.log('not paid: back on the shelf'))

await worker.start()
await engine.start()

// The request id makes it one order, however often this program is started within a day.
const { id } = await client.enqueueWorkflow(order, { item: 'tea' }, { requestId: 'order-1' })
console.log('order', id, 'waits for its payment; to pay: node pay.mjs', id)

async function stop() {
  await engine.stop()
  await worker.stop()
  await client.close()
  await store.close()
  console.log('stopped')
}

process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())

const output = await client.waitForWorkflow(id).catch(() => undefined)
if (output !== undefined) console.log('the order is done:', output)
