import { createAggregator, createBatchEngine } from '@dureq/batch'
import { createClient } from '@dureq/client'
import { createScheduler } from '@dureq/scheduler'
import { createWorker } from '@dureq/worker'
import { createWorkflowEngine } from '@dureq/workflow'
import { inFlight } from '../harness/in-flight.mjs'
import { itemPayload, payload, payloads } from '../harness/payload.mjs'

const FLOWS_IN_FLIGHT = 200
const MESSAGES_IN_FLIGHT = 500

/** The type of the jobs that are held back. */
const LIMITED = 'limited'

const PER_CALL = 500

const NOTHING_KEPT = { completedMs: 0, deadMs: 0, cancelledMs: 0 }

/** @type {readonly import('../harness/system.mjs').Feature[]} */
export const dureqFeatures = [
  'removes',
  'keeps',
  'delays',
  'types',
  'wakes',
  'recurs',
  'flows',
  'groups',
  'batches',
  'collects',
  'keys',
  'limits',
  'forgets',
]

/**
 * A queue on a dureq store, whichever it is.
 *
 * @param {ReturnType<typeof import('@dureq/redis-store').createRedisStore>} store
 * @param {import('../harness/system.mjs').Wish} wish
 * @returns {Promise<import('../harness/system.mjs').Queue>}
 */
export async function openDureq(store, { keep, types, keys }) {
  const client = createClient({ store })
  if (!keep) await keepNothing(client)
  const names = Array.from({ length: types }, (_, i) => (types === 1 ? 'noop' : `noop-${i}`))
  const nameOf = (/** @type {number} */ i) => names[i % types] ?? 'noop'
  let keyed = 0
  let limited = false
  const keyOf = () => ({ concurrencyKeys: [{ key: `key-${keyed++ % keys}`, maxConcurrency: 1 }] })
  /** @type {() => Promise<unknown>} */
  let stop = async () => {}

  return {
    keeps: keep,
    enqueue: (payload) => client.enqueue(nameOf(0), payload),
    enqueueBulk: (payloads, dueAt) =>
      types === 1 && keys === 0
        ? client.enqueueMany(nameOf(0), payloads, dueAt === undefined ? {} : { runAt: dueAt })
        : client.enqueueAll(
            payloads.map((payload, i) => ({
              task: nameOf(i),
              payload,
              ...(keys > 0 && { options: keyOf() }),
            })),
          ),
    async work({ concurrency, handler, groupSize }) {
      const worker = createWorker({ store, concurrency })
      for (const name of names) {
        if (groupSize === undefined) worker.handle(name, handler)
        else worker.handleMany(name, { maxSize: groupSize }, (jobs) => Promise.all(jobs.map(handler)))
      }
      if (limited) worker.handle(LIMITED, async () => {})
      stop = () => worker.stop()
      await worker.start()
    },
    async limit({ jobs, perSecond }) {
      limited = true
      const { settings } = await client.getSettings()
      await client.setTiers(
        settings.tiers.map((tier) => (tier.name === 'high' ? { ...tier, rateLimit: perSecond } : tier)),
      )
      for (let left = jobs; left > 0; left -= PER_CALL) {
        await client.enqueueMany(LIMITED, payloads(Math.min(left, PER_CALL), payload), { priority: 9 })
      }
    },
    forget: () => keepNothing(client),
    async recur({ schedules, everyMs, times, startsAt, concurrency, onFiring }) {
      const endsAt = startsAt + (times - 1) * everyMs
      // With a window, a time that is late is fired all the same.
      const schedule = /** @type {const} */ ({
        type: 'DURATION',
        interval: everyMs,
        startsAt,
        endsAt,
        catchupWindow: '1h',
      })
      const payloads = Array.from({ length: schedules }, (_, i) => ({ schedule: i }))
      await client.enqueueMany(nameOf(0), payloads, { schedule })
      const worker = createWorker({ store, concurrency })
      worker.handle(nameOf(0), async (/** @type {{ schedule: number }} */ payload, { headers }) =>
        onFiring(payload.schedule, Date.parse(headers['x-dureq-scheduled-at'] ?? '')),
      )
      const scheduler = createScheduler({ store })
      stop = () => Promise.all([worker.stop(), scheduler.stop()])
      await worker.start()
      await scheduler.start()
    },
    async flow({ flows, tree, concurrency, handler }) {
      const worker = createWorker({ store, concurrency })
      worker.handle('noop', (_, { workflow }) => handler(workflow?.task ?? ''))
      const engine = createWorkflowEngine({ store })
      stop = () => Promise.all([worker.stop(), engine.stop()])
      await worker.start()
      await engine.start()
      const definition = { name: 'flow', tasks: tasksOf(tree) }
      // The client sends what is enqueued in one tick as one call.
      await inFlight({ calls: flows, limit: FLOWS_IN_FLIGHT }, () => client.enqueueWorkflow(definition))
    },
    async batch({ items, chunkSize, concurrency, handler }) {
      const worker = createWorker({ store, concurrency })
      worker.handle('noop', handler)
      const engine = createBatchEngine({ store })
      stop = () => Promise.all([worker.stop(), engine.stop()])
      await worker.start()
      await engine.start()
      await client.enqueueBatch({ name: 'batch', itemTaskType: 'noop', chunkSize, items: itemsOf(items) })
    },
    async collect({ messages, groups, maxSize, graceMs, concurrency, handler }) {
      const worker = createWorker({ store, concurrency })
      worker.handle('noop', async (/** @type {readonly unknown[]} */ payloads) => handler(payloads.length))
      const aggregator = createAggregator({
        store,
        groups: {
          maxSize,
          gracePeriod: graceMs,
          maxDelay: graceMs,
          aggregator: (_group, payloads) => [...payloads],
        },
      })
      stop = () => Promise.all([worker.stop(), aggregator.stop()])
      await worker.start()
      await aggregator.start()
      await inFlight({ calls: messages, limit: MESSAGES_IN_FLIGHT }, (i) =>
        client.enqueueGroup({ group: `group-${i % groups}`, taskType: 'noop', payload: payload() }),
      )
    },
    async counts() {
      const { jobCounts, workflowCounts, batchCounts } = await client.stats()
      const unfinished = [jobCounts, workflowCounts, batchCounts].reduce(
        (sum, counts) => sum + unfinishedOf(counts),
        0,
      )
      return { completed: jobCounts.completed, unfinished }
    },
    async close() {
      await stop()
      await client.close()
      await store.close()
    },
  }
}

/** @param {Readonly<Record<string, number>>} counts */
function unfinishedOf(counts) {
  const { completed: _, ...others } = counts
  return Object.values(others).reduce((sum, count) => sum + count, 0)
}

/**
 * Made one by one, as a program does that reads them from a file.
 *
 * @param {number} count
 */
function* itemsOf(count) {
  for (let i = 0; i < count; i++) yield { id: `item-${i}`, payload: itemPayload() }
}

/** @param {import('@dureq/client').Client} client */
async function keepNothing(client) {
  const { version, settings } = await client.getSettings()
  if (settings.retention.completedMs === 0) return // by another process
  await client.putSettings(version, { ...settings, retention: NOTHING_KEPT })
}

/**
 * The tasks of a tree: each depends on its children.
 *
 * @param {import('../harness/system.mjs').FlowNode} node
 * @returns {Parameters<import('@dureq/client').Client['enqueueWorkflow']>[0]['tasks'][number][]}
 */
function tasksOf({ name, children = [] }) {
  const task = { name, taskType: 'noop', payload: payload(), dependsOn: children.map((child) => child.name) }
  return [...children.flatMap(tasksOf), task]
}
