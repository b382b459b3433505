// A node in a process of its own. Argument: JSON of ChildNodeOptions (fixtures/child-node.ts). It tells its test what
// happens by IPC and stops by itself on SIGTERM; what it leaves open keeps the process alive, so its exit proves a clean
// stop.

import { createScheduler } from '@dureq/scheduler'
import { createWorker } from '@dureq/worker'
import { createHandlers } from './handlers.mjs'
import { openStore } from './open-store.mjs'

const { place, diary, stopTimeoutMs, scheduler: schedules, ...options } = JSON.parse(process.argv[2])
const store = openStore(place)
const worker = createWorker({ ...options, store })
for (const [name, handler] of Object.entries(createHandlers(diary))) worker.handle(name, handler)

const scheduler = schedules ? createScheduler({ store, nodeId: options.nodeId }) : undefined

// A test that is gone leaves no node behind.
const onOrphaned = () => process.exit(1)
process.once('disconnect', onOrphaned)
async function stop() {
  const stopped = worker.stop({ timeoutMs: stopTimeoutMs })
  process.send({ type: 'stopping' })
  const report = await stopped
  await scheduler?.stop()
  await store.close()
  process.send({ type: 'stopped', report })
  process.off('disconnect', onOrphaned)
  process.disconnect()
}

process.once('SIGTERM', () => void stop())
await worker.start()
await scheduler?.start()
process.send({ type: 'ready' })
