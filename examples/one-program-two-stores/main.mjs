import { createClient, defineTask } from '@dureq/client'
import { createWorker } from '@dureq/worker'
import { openStore } from './open-store.mjs'

/** @type {import('@dureq/worker').Task<{ numbers: number[] }, { numbers: number[] }, number>} */
const addUp = defineTask({ type: 'numbers.add-up' })

const store = openStore()
const client = createClient({ store })
const worker = createWorker({ store })

worker.handle(addUp, ({ numbers }, { attempt }) => {
  if (attempt === 1) throw new Error('the first attempt always fails')
  return numbers.reduce((sum, n) => sum + n, 0)
})
await worker.start()

const job = await client.enqueue(addUp, { numbers: [1, 2, 3] }, { retryPolicy: { initialDelay: '50ms' } })
console.log('sum', await client.waitForResult(job))

const runs = await client.getRuns(job)
console.log('runs', runs.map((run) => run.status).join(', '))

await worker.stop()
await client.close()
await store.close()
