import { PgBoss } from 'pg-boss'
import { inFlight } from '../harness/in-flight.mjs'
import { versionOf } from '../harness/version-of.mjs'

const NAME = 'bench'
const BATCH = 500

/** @type {import('../harness/system.mjs').System} */
export const pgBoss = {
  id: 'pg-boss',
  name: 'pg-boss',
  version: versionOf('pg-boss'),
  settings: `\`useListenNotify\`, \`notify\`, \`burstWhenBatchFull\`, polling every 0.5 s besides; batches of ${BATCH}, in which as many handlers run at a time as the scenario says; many jobs by \`insert\`. It keeps completed jobs in every scenario: none is removed when it completes.`,
  store: 'postgres',
  features: ['keeps', 'delays', 'wakes'],
  eventLogs: [],
  mostRounds: 3,
  open,
}

/**
 * @param {import('../harness/system.mjs').Place} place
 * @returns {Promise<import('../harness/system.mjs').Queue>}
 */
async function open({ postgresUrl = '' }) {
  const boss = new PgBoss({ connectionString: postgresUrl, useListenNotify: true, schedule: false })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue(NAME, { notify: true })

  return {
    keeps: true,
    enqueue: (payload) => boss.send(NAME, payload),
    enqueueBulk(payloads, dueAt) {
      const options = dueAt === undefined ? {} : { startAfter: new Date(dueAt) }
      return boss.insert(
        NAME,
        payloads.map((data) => ({ data, ...options })),
      )
    },
    work({ concurrency, handler }) {
      const polling = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 }
      const options = { batchSize: BATCH, burstWhenBatchFull: true, ...polling }
      return boss.work(NAME, options, (jobs) => inFlight({ calls: jobs.length, limit: concurrency }, handler))
    },
    async counts() {
      const { rows } = await boss
        .getDb()
        .executeSql(
          `select count(*) filter (where state = 'completed')::int completed, count(*) filter (where state <> 'completed')::int unfinished from pgboss.job where name = $1`,
          [NAME],
        )
      return rows[0]
    },
    close: () => boss.stop({ graceful: true, timeout: 5_000 }),
  }
}
