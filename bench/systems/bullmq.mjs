import { Queue, Worker } from 'bullmq'
import { versionOf } from '../harness/version-of.mjs'

/** @type {import('../harness/system.mjs').System} */
export const bullmq = {
  name: 'BullMQ',
  version: versionOf('bullmq'),
  settings: `the defaults, but \`removeOnComplete\`; on ioredis ${versionOf('ioredis')}; many jobs by \`addBulk\`.`,
  open,
}

/**
 * @param {import('../harness/system.mjs').Place} place
 * @returns {Promise<import('../harness/system.mjs').Session>}
 */
async function open({ redisPort }) {
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null }
  const queue = new Queue('bench', { connection, defaultJobOptions: { removeOnComplete: true } })
  await queue.waitUntilReady()
  let worker

  return {
    enqueue: (payload) => queue.add('noop', payload),
    enqueueBulk: (payloads) => queue.addBulk(payloads.map((data) => ({ name: 'noop', data }))),
    drain(concurrency, jobs) {
      worker = new Worker('bench', async () => undefined, { connection, concurrency })
      return new Promise((resolve, reject) => {
        let left = jobs
        worker.on('completed', () => {
          if (--left === 0) resolve()
        })
        worker.on('error', reject)
      })
    },
    async jobsLeft() {
      const counts = await queue.getJobCounts()
      return Object.values(counts).reduce((sum, count) => sum + count, 0)
    },
    async close() {
      await worker?.close()
      await queue.close()
    },
  }
}
