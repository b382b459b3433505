import { appendFile } from 'node:fs/promises'
import { createClient } from '@dureq/client'
import { createWorker, defineTask, NonRetryableError } from '@dureq/worker'
import { openStore } from './open-store.mjs'

/** @type {import('@dureq/worker').Task<{ sensor: string, celsius: number }>} */
const storeReading = defineTask({
  type: 'reading.store',
  payload: {
    type: 'object',
    properties: { sensor: { type: 'string' }, celsius: { type: 'number' } },
    required: ['sensor', 'celsius'],
  },
})

const store = openStore()
const client = createClient({ store })
const worker = createWorker({ store })

worker.handleMany(storeReading, { maxSize: 100, maxWaitMs: 50 }, async (jobs) => {
  const sensible = jobs.filter(({ payload }) => payload.celsius > -274)
  // A job may come again after a crash; whoever reads the file takes the last line of a job.
  const lines = sensible.map(({ jobId, payload }) => JSON.stringify({ jobId, ...payload }))
  await appendFile('readings.jsonl', lines.map((line) => `${line}\n`).join(''))
  console.log(`wrote ${lines.length} of ${jobs.length} readings`)
  return jobs.map((job) => (sensible.includes(job) ? null : new NonRetryableError('colder than possible')))
})

const readings = Array.from({ length: 250 }, (_, i) => ({
  sensor: `s${i}`,
  celsius: i === 7 ? -300 : i / 10,
}))
const enqueued = await client.enqueueMany(storeReading, readings)
await worker.start()

const ids = enqueued.flatMap((each) => (each.kind === 'created' ? each.jobId : []))
const ended = await Promise.allSettled(ids.map((id) => client.waitForResult(id)))
const failed = ended.filter(({ status }) => status === 'rejected').length
console.log(`${ended.length - failed} stored, ${failed} failed`)

await worker.stop()
await client.close()
await store.close()
