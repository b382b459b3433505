import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'
import { createWorker } from '@dureq/worker'

const store = createSqliteStore({ path: './dureq.db' })
const client = createClient({ store })
const worker = createWorker({ store })

// One import of a tenant at a time, whatever the number of nodes. A step that has finished is not done again.
worker.handle('import', async (/** @type {{ tenant: string, file: string }} */ { tenant, file }, ctx) => {
  const rows = await ctx.step('read', async () => {
    console.log('reading', file, 'of', tenant)
    await sleep(20)
    return 1_000
  })
  if (file === 'part-1.csv') console.log('another one of acme:', await whyNot('part-20.csv'))
  if (ctx.attempt === 1 && file === 'flaky.csv') throw new Error('the network was away')
  console.log('imported', file, 'of', tenant, 'with', rows, 'rows')
  return { rows }
})

/**
 * @param {string} tenant
 * @param {string} file
 */
function enqueueImport(tenant, file) {
  const concurrencyKeys = [{ key: `{${tenant}}`, maxConcurrency: 1 }]
  const retryPolicy = { initialDelay: '10ms' }
  return client.enqueue('import', { tenant, file }, { concurrencyKeys, retryPolicy })
}

const files = ['flaky.csv', ...Array.from({ length: 20 }, (_, i) => `part-${i + 1}.csv`)]
const jobs = new Map()
for (const file of files) jobs.set(file, await enqueueImport('acme', file))
// It need not wait for the many of the other tenant.
jobs.set('only.csv', await enqueueImport('tiny', 'only.csv'))

/** @param {string} file */
async function whyNot(file) {
  const { text } = await client.explain(jobs.get(file))
  return text
}
console.log('before the start:', await whyNot('only.csv'))

await worker.start()
await Promise.all([...jobs.values()].map((job) => client.waitForResult(job)))
const { running } = await client.getConcurrencyKey('{acme}')
console.log('all is done,', running, 'slots are held')

await worker.stop()
await client.close()
await store.close()
