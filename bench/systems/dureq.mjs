import { createClient } from '@dureq/client'
import { createWorker } from '@dureq/worker'

/**
 * A session on a dureq store, whichever it is.
 *
 * @param {ReturnType<typeof import('@dureq/redis-store').createRedisStore>} store
 * @returns {Promise<import('../harness/system.mjs').Session>}
 */
export async function openDureq(store) {
  const client = createClient({ store })
  const { version, settings } = await client.getSettings()
  await client.putSettings(version, { ...settings, retention: { completedMs: 0, deadMs: 0, cancelledMs: 0 } })
  let worker

  return {
    enqueue: (payload) => client.enqueue('noop', payload),
    enqueueBulk: (payloads) => client.enqueueMany('noop', payloads),
    drain(concurrency, jobs) {
      worker = createWorker({ store, concurrency }).handle('noop', () => undefined)
      return new Promise((resolve, reject) => {
        let left = jobs
        worker.hook('onJobCompleted', () => {
          if (--left === 0) resolve()
        })
        worker.start().catch(reject)
      })
    },
    async jobsLeft() {
      const { jobCounts } = await client.stats()
      return Object.values(jobCounts).reduce((sum, count) => sum + count, 0)
    },
    async close() {
      await worker?.stop()
      await client.close()
      await store.close()
    },
  }
}
