import { basename, join } from 'node:path'
import { createBatchEngine } from '@dureq/batch'
import { createClient } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'
import { NonRetryableError } from '@dureq/types'
import { createWorker } from '@dureq/worker'
import { itemsOf } from './lines.mjs'

const [, , file = join(import.meta.dirname, 'prices.csv')] = process.argv
const store = createSqliteStore({ path: './dureq.db' })
const client = createClient({ store })
const worker = createWorker({ store })
const engine = createBatchEngine({ store })

worker.handle('rate.fetch', async () => ({ yenPerEuro: 160 }))
worker.handle(
  'price.convert',
  async (/** @type {{ name: string, price: string }} */ { name, price }, { batch }) => {
    const rate = /** @type {{ yenPerEuro: number } | undefined} */ (batch?.onetimeResult)
    const yen = Number(price) * (rate?.yenPerEuro ?? Number.NaN)
    // Another try would not help.
    if (Number.isNaN(yen)) throw new NonRetryableError(`${price} is no price`)
    return { name, yen }
  },
)

await worker.start()
await engine.start()

// The request id makes it one batch, however often this program is started within a day.
const { id } = await client.enqueueBatch(
  {
    name: 'prices',
    onetimeTaskType: 'rate.fetch',
    itemTaskType: 'price.convert',
    chunkSize: 50,
    items: itemsOf(file),
  },
  { requestId: `prices of ${basename(file)}` },
)
for await (const { done, total, failed } of client.subscribeBatchProgress(id))
  console.log(`${done} of ${total}, ${failed} failed`)
for await (const { itemId, output, error } of client.batchResults(id)) console.log(itemId, output ?? error)

await engine.stop()
await worker.stop()
await client.close()
await store.close()
