import { createClient } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'
import { sendDigest } from './digest.mjs'

const [, , to = 'ada', comment = 'hello'] = process.argv
const store = createSqliteStore({ path: './dureq.db' })
const client = createClient({ store })

const { size } = await client.enqueueGroup(sendDigest, `user-${to}`, { to, comments: [comment] })
console.log(`${to} has ${size} waiting`)

await client.close()
await store.close()
