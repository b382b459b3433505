import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import pg from 'pg'
import { versionOf } from '../harness/version-of.mjs'

const LOCAL_QUEUE = 500

/** @type {import('../harness/system.mjs').System} */
export const graphileWorker = {
  id: 'graphile-worker',
  name: 'graphile-worker',
  version: versionOf('graphile-worker'),
  settings: `\`localQueue.size\` ${LOCAL_QUEUE}, \`completeJobBatchDelay\` and \`failJobBatchDelay\` 0, \`pollInterval\` 500 ms besides its notifications; many jobs by \`addJobs\`. It always removes completed jobs.`,
  store: 'postgres',
  features: ['removes', 'delays', 'types', 'wakes'],
  eventLogs: [],
  mostRounds: 3,
  open,
}

const silent = new Logger(() => () => {})

/**
 * @param {import('../harness/system.mjs').Place} place
 * @param {import('../harness/system.mjs').Wish} wish
 * @returns {Promise<import('../harness/system.mjs').Queue>}
 */
async function open({ postgresUrl }, { types }) {
  const pgPool = createPool(postgresUrl)
  const utils = await makeWorkerUtils({ pgPool, logger: silent })
  await utils.migrate()
  const names = Array.from({ length: types }, (_, i) => `noop-${i}`)
  /** @type {() => Promise<unknown>} */
  let stop = async () => {}

  return {
    keeps: false,
    enqueue: (payload) => utils.addJob('noop-0', payload),
    enqueueBulk(payloads, dueAt) {
      const options = dueAt === undefined ? {} : { runAt: new Date(dueAt) }
      return utils.addJobs(
        payloads.map((payload, i) => ({ identifier: `noop-${i % types}`, payload, ...options })),
      )
    },
    async work({ concurrency, handler }) {
      const taskList = Object.fromEntries(names.map((name) => [name, async () => void (await handler())]))
      const runner = await run({
        pgPool,
        taskList,
        noHandleSignals: true,
        preset: {
          worker: {
            logger: silent,
            concurrentJobs: concurrency,
            pollInterval: 500,
            localQueue: { size: LOCAL_QUEUE },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      })
      stop = () => runner.stop()
    },
    async counts() {
      const { rows } = await pgPool.query('select count(*)::int unfinished from graphile_worker.jobs')
      return { completed: 0, unfinished: rows[0].unfinished }
    },
    async close() {
      await stop()
      await utils.release()
      await pgPool.end()
    },
  }
}

/** @param {string | undefined} url */
function createPool(url) {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // Whoever waits for a query is told by it; what is left is the end of the database.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
