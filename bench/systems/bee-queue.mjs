import BeeQueue from 'bee-queue'
import { versionOf } from '../harness/version-of.mjs'

/** Half its `stallInterval`, as it advises; a worker that never looks leaves the jobs of a crashed one where they are. */
const STALLED_MS = 2_500

/** @type {import('../harness/system.mjs').System} */
export const beeQueue = {
  id: 'bee-queue',
  name: 'bee-queue',
  version: versionOf('bee-queue'),
  settings:
    '`getEvents`, `sendEvents` and `storeJobs` off, `activateDelayedJobs` on, `checkStalledJobs` every 2.5 s; many jobs by `saveAll`; `removeOnSuccess` where completed jobs are removed.',
  store: 'redis',
  features: ['removes', 'keeps', 'delays', 'wakes'],
  eventLogs: [],
  open,
}

/**
 * @param {import('../harness/system.mjs').Place} place
 * @param {import('../harness/system.mjs').Wish} wish
 * @returns {Promise<import('../harness/system.mjs').Queue>}
 */
async function open({ redisPort }, { keep }) {
  const queue = new BeeQueue('bench', {
    redis: { host: '127.0.0.1', port: redisPort },
    getEvents: false,
    sendEvents: false,
    storeJobs: false,
    activateDelayedJobs: true,
    removeOnSuccess: !keep,
  })
  queue.on('error', (error) => console.error(error))
  await queue.ready()

  return {
    keeps: keep,
    enqueue: (payload) => queue.createJob(payload).save(),
    async enqueueBulk(payloads, dueAt) {
      const jobs = payloads.map((payload) => queue.createJob(payload))
      if (dueAt !== undefined) for (const job of jobs) job.delayUntil(dueAt)
      const errors = await queue.saveAll(jobs)
      for (const error of errors.values()) throw error
    },
    async work({ concurrency, handler }) {
      queue.process(concurrency, handler)
      await queue.checkStalledJobs(STALLED_MS)
    },
    async counts() {
      const { succeeded, waiting, active, failed, delayed } = await queue.checkHealth()
      return { completed: succeeded, unfinished: waiting + active + failed + delayed }
    },
    close: () => queue.close(),
  }
}
