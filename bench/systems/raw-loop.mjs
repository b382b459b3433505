import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { versionOf } from '../harness/version-of.mjs'

const LEASE_MS = 30_000
const PREFIX = 'job:'
/** Length from which a payload is worth a call of its own. */
const LARGE = 64 * 1024
const [LINE, LEASES, DONE] = ['line', 'leases', 'done']

/**
 * The least a worker on Redis can be: what any queue in JavaScript has to do, and nothing else.
 *
 * @type {import('../harness/system.mjs').System}
 */
export const rawLoop = {
  id: 'raw-loop',
  name: 'raw loop',
  version: '',
  settings: `no queue, but the least possible worker on ioredis ${versionOf('ioredis')}: leases, JSON both ways, a promise per job, two trips in flight that each complete one batch and claim the next; no retries, events, delays or counters; of a completed job that is kept it writes one small record. Single calls of one tick travel together.`,
  store: 'redis',
  features: ['removes', 'keeps'],
  eventLogs: [],
  open,
}

/**
 * @param {import('../harness/system.mjs').Place} place
 * @param {import('../harness/system.mjs').Wish} wish
 * @returns {Promise<import('../harness/system.mjs').Queue>}
 */
async function open({ redisPort }, { keep }) {
  const redis = connect(redisPort)
  const nextId = createIds()
  const store = (/** @type {string[]} */ payloads) =>
    redis.store(LINE, PREFIX, ...payloads.flatMap((payload) => [nextId(), encoded(payload)]))
  let stopping = false
  /** @type {Promise<void>[]} */
  let lanes = []

  return {
    keeps: keep,
    enqueue: perTick(store),
    enqueueBulk: (payloads) => store(payloads.map((payload) => JSON.stringify(payload))),
    async work({ concurrency, handler }) {
      const count = Math.min(concurrency, 2)
      const batch = Math.ceil(concurrency / count)
      const lane = () => runLane({ redis, batch, handler, keep, isStopping: () => stopping })
      lanes = Array.from({ length: count }, lane)
    },
    async counts() {
      const [waiting, leased, completed] = await Promise.all([
        redis.llen(LINE),
        redis.zcard(LEASES),
        redis.hlen(DONE),
      ])
      return { completed, unfinished: waiting + leased }
    },
    async close() {
      stopping = true
      await Promise.all(lanes)
      await redis.quit()
    },
  }
}

/**
 * One trip at a time: completes what the last one brought, and brings more.
 *
 * @param {object} loop
 * @param {RawRedis} loop.redis
 * @param {number} loop.batch
 * @param {() => Promise<unknown>} loop.handler
 * @param {boolean} loop.keep
 * @param {() => boolean} loop.isStopping
 */
async function runLane({ redis, batch, handler, keep, isStopping }) {
  /** @param {string} payload */
  const handle = async (payload) => {
    JSON.parse(payload)
    return JSON.stringify((await handler()) ?? null)
  }
  /** @type {string[]} */
  let completed = []
  while (completed.length > 0 || !isStopping()) {
    const limit = isStopping() ? 0 : batch
    const options = [PREFIX, Date.now() + LEASE_MS, limit, keep ? '1' : '0']
    const [ids, payloads] = await redis.step(LINE, LEASES, DONE, ...options, ...completed)
    const results = await Promise.all(payloads.map(handle))
    completed = keep ? ids.flatMap((id, i) => [id, results[i] ?? '']) : ids
    if (ids.length === 0) await sleep(1)
  }
}

/**
 * What is used of ioredis, and the two scripts.
 *
 * @typedef {object} RawRedis
 * @property {(...args: (string | Buffer)[]) => Promise<void>} store
 * @property {(...args: (string | number)[]) => Promise<[ids: string[], payloads: string[]]>} step
 * @property {(key: string) => Promise<number>} llen
 * @property {(key: string) => Promise<number>} zcard
 * @property {(key: string) => Promise<number>} hlen
 * @property {() => Promise<unknown>} quit
 */

/** @param {number} port */
function connect(port) {
  const script = (/** @type {string} */ name) =>
    readFileSync(new URL(`raw-loop/${name}.lua`, import.meta.url), 'utf8')
  const redis = new Redis({ port, host: '127.0.0.1' })
  redis.defineCommand('store', { numberOfKeys: 1, lua: script('enqueue') })
  redis.defineCommand('step', { numberOfKeys: 3, lua: script('step') })
  // It has no types for the commands it was given.
  return /** @type {RawRedis} */ (/** @type {unknown} */ (redis))
}

function createIds() {
  const start = `${Date.now().toString(36)}${process.pid.toString(36)}`
  let last = 0
  return () => start + (++last).toString(36)
}

/** ioredis measures and encodes a text; a Buffer it sends as it is. @param {string} payload */
const encoded = (payload) => (payload.length >= LARGE ? Buffer.from(payload) : payload)

/**
 * Sends what is given in one tick of the event loop together; large payloads at once, so that the server has something
 * to do meanwhile.
 *
 * @param {(payloads: string[]) => Promise<unknown>} send
 * @returns {(payload: object) => Promise<unknown>}
 */
function perTick(send) {
  /** @type {{ payloads: string[], length: number, sent: Promise<unknown>, flush: () => void } | undefined} */
  let batch

  function begin() {
    /** @type {string[]} */
    const payloads = []
    let flush = () => {}
    const sent = new Promise((resolve, reject) => {
      flush = () => {
        batch = undefined
        send(payloads).then(resolve, reject)
      }
    })
    const begun = { payloads, length: 0, sent, flush }
    setImmediate(() => {
      if (batch === begun) flush()
    })
    return begun
  }

  return (payload) => {
    const json = JSON.stringify(payload)
    batch ??= begin()
    const { payloads, sent, flush } = batch
    payloads.push(json)
    batch.length += json.length
    if (batch.length >= LARGE) flush()
    return sent
  }
}
