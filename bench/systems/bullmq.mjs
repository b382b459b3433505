import { FlowProducer, Queue, Worker } from 'bullmq'
import { inFlight } from '../harness/in-flight.mjs'
import { payload } from '../harness/payload.mjs'
import { versionOf } from '../harness/version-of.mjs'

const NAME = 'bench'
const FLOWS_PER_CALL = 50

/** @type {import('../harness/system.mjs').System} */
export const bullmq = {
  id: 'bullmq',
  name: 'BullMQ',
  version: versionOf('bullmq'),
  settings: `the defaults on ioredis ${versionOf('ioredis')}; many jobs by \`addBulk\`; flows by \`FlowProducer.addBulk\`, 50 a call, 4 calls in flight; recurring ones by \`upsertJobScheduler\`; \`removeOnComplete\` where completed jobs are removed.`,
  store: 'redis',
  features: ['removes', 'keeps', 'delays', 'types', 'wakes', 'recurs', 'flows'],
  eventLogs: [`bull:${NAME}:events`],
  open,
}

/**
 * @param {import('../harness/system.mjs').Place} place
 * @param {import('../harness/system.mjs').Wish} wish
 * @returns {Promise<import('../harness/system.mjs').Queue>}
 */
async function open({ redisPort }, { keep, types }) {
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null }
  const queue = new Queue(NAME, { connection, defaultJobOptions: { removeOnComplete: !keep } })
  await queue.waitUntilReady()
  /** @type {() => Promise<unknown>} */
  let stop = async () => {}

  return {
    keeps: keep,
    enqueue: (payload) => queue.add('noop', payload),
    enqueueBulk(payloads, dueAt) {
      const timestamp = Date.now()
      const opts = dueAt === undefined ? {} : { timestamp, delay: dueAt - timestamp }
      return queue.addBulk(payloads.map((data, i) => ({ name: `noop-${i % types}`, data, opts })))
    },
    async work({ concurrency, handler }) {
      const worker = new Worker(NAME, handler, { connection, concurrency })
      worker.on('error', (error) => console.error(error))
      stop = () => worker.close()
      await worker.waitUntilReady()
    },
    async recur({ schedules, everyMs, times, startsAt, concurrency, onFiring }) {
      await inFlight({ calls: schedules, limit: 100 }, (i) =>
        queue.upsertJobScheduler(
          String(i),
          { every: everyMs, limit: times, startDate: startsAt },
          { name: 'noop', data: { schedule: i } },
        ),
      )
      // The id of such a job ends with the moment it is for.
      const handler = async (/** @type {import('bullmq').Job} */ { id = '', data }) =>
        onFiring(data.schedule, Number(id.slice(id.lastIndexOf(':') + 1)))
      const worker = new Worker(NAME, handler, { connection, concurrency })
      worker.on('error', (error) => console.error(error))
      stop = () => worker.close()
      await worker.waitUntilReady()
    },
    async flow({ flows, tree, concurrency, handler }) {
      const handle = (/** @type {import('bullmq').Job} */ { name }) => handler(name)
      const worker = new Worker(NAME, handle, { connection, concurrency })
      worker.on('error', (error) => console.error(error))
      const producer = new FlowProducer({ connection })
      stop = () => Promise.all([worker.close(), producer.close()])
      await Promise.all([worker.waitUntilReady(), producer.waitUntilReady()])
      await inFlight({ calls: Math.ceil(flows / FLOWS_PER_CALL), limit: 4 }, (i) => {
        const count = Math.min(FLOWS_PER_CALL, flows - i * FLOWS_PER_CALL)
        return producer.addBulk(Array.from({ length: count }, () => flowOf(tree)))
      })
    },
    async counts() {
      const { completed = 0, ...others } = await queue.getJobCounts()
      return { completed, unfinished: Object.values(others).reduce((sum, count) => sum + count, 0) }
    },
    async close() {
      await stop()
      await queue.close()
    },
  }
}

/**
 * @param {import('../harness/system.mjs').FlowNode} node
 * @returns {import('bullmq').FlowJob}
 */
function flowOf({ name, children = [] }) {
  return { name, queueName: NAME, data: payload(), children: children.map(flowOf) }
}
