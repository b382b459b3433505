// A process that enqueues one job, says its id, and ends. Argument: JSON of { place, taskType, payload }.

import { createClient } from '@dureq/client'
import { openStore } from './open-store.mjs'

const { place, taskType, payload } = JSON.parse(process.argv[2])
const store = openStore(place)
const client = createClient({ store })
const { id } = await client.enqueue(taskType, payload)
process.send({ type: 'enqueued', jobId: id })
await client.close()
await store.close()
process.disconnect()
