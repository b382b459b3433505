/**
 * All systems, in the order of the tables; each is loaded when it is asked for, because a process that works for one
 * needs no other.
 *
 * @type {ReadonlyMap<string, () => Promise<import('../harness/system.mjs').System>>}
 */
const systems = new Map([
  ['dureq-redis', async () => (await import('./dureq-redis.mjs')).dureqRedis],
  ['dureq-sqlite', async () => (await import('./dureq-sqlite.mjs')).dureqSqlite],
  ['bullmq', async () => (await import('./bullmq.mjs')).bullmq],
  ['bee-queue', async () => (await import('./bee-queue.mjs')).beeQueue],
  ['pg-boss', async () => (await import('./pg-boss.mjs')).pgBoss],
  ['graphile-worker', async () => (await import('./graphile-worker.mjs')).graphileWorker],
  ['raw-loop', async () => (await import('./raw-loop.mjs')).rawLoop],
])

export const systemIds = [...systems.keys()]

/**
 * @param {string} id
 * @returns {Promise<import('../harness/system.mjs').System>}
 */
export async function loadSystem(id) {
  const load = systems.get(id)
  if (load === undefined) throw new Error(`no system ${id}; there are: ${systemIds.join(', ')}`)
  return load()
}
