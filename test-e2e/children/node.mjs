// A node in a process of its own. Argument: JSON of ChildNodeOptions (fixtures/child-node.ts). It tells its test what
// happens by IPC and stops by itself on SIGTERM; what it leaves open keeps the process alive, so its exit proves a clean
// stop.

import { createAggregator, createBatchEngine } from '@dureq/batch'
import { createScheduler } from '@dureq/scheduler'
import { createWorker } from '@dureq/worker'
import { createWorkflowEngine } from '@dureq/workflow'
import { handleBatches } from './batch-handlers.mjs'
import { handleGuarded } from './guarded-handler.mjs'
import { createHandlers } from './handlers.mjs'
import { handleGroups } from './many-handlers.mjs'
import { openStore } from './open-store.mjs'
import { handleRandom } from './random-handler.mjs'

const {
  place,
  diary,
  stopTimeoutMs,
  scheduler: schedules,
  workflows,
  batches,
  groups,
  ...options
} = JSON.parse(process.argv[2])
const store = openStore(place)
const worker = createWorker({ ...options, store })
for (const [name, handler] of Object.entries(createHandlers(diary))) worker.handle(name, handler)
handleRandom(worker, { store, diary })
handleBatches(worker, diary)
handleGuarded(worker, diary)
handleGroups(worker, diary)

const scheduler = schedules ? createScheduler({ store, nodeId: options.nodeId }) : undefined
const engine = workflows
  ? createWorkflowEngine({ store, nodeId: options.nodeId, leaseMs: workflows.leaseMs })
  : undefined
const batchEngine = batches
  ? createBatchEngine({ store, nodeId: options.nodeId, leaseMs: batches.leaseMs })
  : undefined
const aggregator = groups
  ? createAggregator({
      store,
      nodeId: options.nodeId,
      leaseMs: 1_000,
      groups: { ...groups, gracePeriod: 500, aggregator: (_, payloads) => [...payloads] },
    })
  : undefined

// A test that is gone leaves no node behind.
const onOrphaned = () => process.exit(1)
process.once('disconnect', onOrphaned)
async function stop() {
  const stopped = worker.stop({ timeoutMs: stopTimeoutMs })
  process.send({ type: 'stopping' })
  const report = await stopped
  await Promise.all([scheduler?.stop(), engine?.stop(), batchEngine?.stop(), aggregator?.stop()])
  await store.close()
  process.send({ type: 'stopped', report })
  process.off('disconnect', onOrphaned)
  process.disconnect()
}

process.once('SIGTERM', () => void stop())
await worker.start()
await scheduler?.start()
await engine?.start()
await batchEngine?.start()
await aggregator?.start()
process.send({ type: 'ready' })
