// A process that works on a queue, see crew.mjs. It ends with the connection to whoever forked it.

import { loadSystem } from '../systems/index.mjs'
import { inFlight } from './in-flight.mjs'
import { payload } from './payload.mjs'

/** How often a worker tells what it has handled: often enough for a time, too rarely to be a load. */
const TELL_MS = 5
/** Whoever forked this may have ended the servers, too: then there is nothing to wait for. */
const CLOSE_MS = 5_000

/** @type {import('./crew.mjs').CrewOrder} */
const { systemId, place, work } = JSON.parse(process.argv[2] ?? '')
const system = await loadSystem(systemId)
const queue = await system.open(place, { keep: false, types: 1, keys: 0 })
process.once('disconnect', () => {
  setTimeout(() => process.exit(1), CLOSE_MS)
  queue.close().then(
    () => process.exit(),
    () => process.exit(1),
  )
})

if (work.role === 'worker') await handle()
else process.on('message', (order) => void produce(/** @type {{ jobs: number }} */ (order)))
tell({ kind: 'ready' })

/** @param {{ jobs: number }} order */
async function produce({ jobs }) {
  await inFlight({ calls: jobs, limit: work.concurrency }, () => queue.enqueue(payload()))
  tell({ kind: 'produced' })
}

async function handle() {
  let count = 0
  let told = 0
  setInterval(() => {
    if (count !== told) tell({ kind: 'handled', count })
    told = count
  }, TELL_MS)
  const handler = async () => {
    count++
  }
  await queue.work({ concurrency: work.concurrency, handler })
}

/** @param {import('./crew.mjs').CrewMessage} message */
function tell(message) {
  if (process.connected) process.send?.(message)
}
