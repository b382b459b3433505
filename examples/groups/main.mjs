import { createAggregator, defineGroup } from '@dureq/batch'
import { createSqliteStore } from '@dureq/sqlite-store'
import { createWorker } from '@dureq/worker'
import { sendDigest } from './digest.mjs'

const store = createSqliteStore({ path: './dureq.db' })
const worker = createWorker({ store })
worker.handle(sendDigest, async ({ to, comments }) => console.log(`to ${to}:`, comments.join(', ')))

const aggregator = createAggregator({
  store,
  groups: defineGroup(sendDigest, {
    group: 'user-*',
    maxSize: 3,
    gracePeriod: '2s',
    maxDelay: '10s',
    aggregator: (group, digests) => ({
      to: group.slice('user-'.length),
      comments: digests.flatMap(({ comments }) => comments),
    }),
  }),
})
await worker.start()
await aggregator.start()
console.log('collecting')

async function stop() {
  await aggregator.stop()
  await worker.stop()
  await store.close()
  console.log('stopped')
}

process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
