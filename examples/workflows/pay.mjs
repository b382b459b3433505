import { createClient } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'

const [, , id = ''] = process.argv
const store = createSqliteStore({ path: './dureq.db' })
const client = createClient({ store })

// It need not be running: the payment waits for the order as the order waits for it. The key makes it one payment.
await client.signalWorkflow(id, 'paid', { by: 'ada' }, { dedupeKey: 'payment-1' })
console.log('paid')

await client.close()
await store.close()
