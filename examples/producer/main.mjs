import { createClient } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'

const store = createSqliteStore({ path: './dureq.db' })
const client = createClient({ store })

await client.enqueue('email.send', { to: 'ada@example.com' })
await client.enqueue('email.send', { to: 'grace@example.com' }, { priority: 9, tags: ['welcome'] })
await client.enqueue('email.send', { to: 'alan@example.com' }, { delay: '1h' })

const { jobs } = await client.listJobs({ taskType: 'email.send', sort: 'oldest' })
for (const job of jobs) console.log(job.id, job.status, job.payload)

await client.close()
await store.close()
