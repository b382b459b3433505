import { setTimeout as sleep } from 'node:timers/promises'
import { fixed } from '../harness/size.mjs'

const CONCURRENCY = 100
const GROUPS = 100_000
/** Longer than they are watched. */
const GRACE_MS = 600_000
const WATCH_MS = 10_000
/** Whatever follows the last message has been done by then. */
const SETTLE_MS = 2_000

/** What groups cost to which nothing happens. @type {import('../harness/scenario.mjs').Scenario} */
export const idleGroups = {
  id: 'idle-groups',
  name: `${GROUPS.toLocaleString('en-US')} idle groups`,
  how: `Each has one message and waits for more. A process with an aggregator and a worker is watched for ${WATCH_MS / 1_000} s before and after they are made: \`MONITOR\`, \`process.cpuUsage\` of the process, \`INFO cpu\` of Redis.`,
  measures: [
    { id: 'sentWithout', title: 'commands sent per second, no groups', better: 'less' },
    { id: 'sent', title: 'commands sent per second', better: 'less' },
    { id: 'nodeMsWithout', title: 'CPU of Node, ms per second, no groups', better: 'less' },
    { id: 'nodeMs', title: 'CPU of Node, ms per second', better: 'less' },
    { id: 'redisMsWithout', title: 'CPU of Redis, ms per second, no groups', better: 'less' },
    { id: 'redisMs', title: 'CPU of Redis, ms per second', better: 'less' },
  ],
  takes: ({ features }) => features.includes('collects'),
  size: fixed(GROUPS),
  mostRounds: 1,
  async run({ size, system, redis, open, close }) {
    const watched = async (/** @type {number} */ groups) => {
      const queue = await open({ keep: true })
      const handler = async () => {
        throw new Error('an idle group became a job')
      }
      const limits = { maxSize: 2, graceMs: GRACE_MS }
      await queue.collect?.({ messages: groups, groups, ...limits, concurrency: CONCURRENCY, handler })
      await sleep(SETTLE_MS)
      const values =
        system.store === 'redis' ? await watchBoth(redis) : await watchNode(() => sleep(WATCH_MS))
      await close(queue)
      return values
    }
    const without = await watched(0)
    const named = Object.entries(without).map(([measure, value]) => [`${measure}Without`, value])
    return { ...Object.fromEntries(named), ...(await watched(size)) }
  },
}

/**
 * @param {import('../harness/redis-meter.mjs').RedisMeter} redis
 * @returns {Promise<import('../harness/scenario.mjs').Values>}
 */
async function watchBoth(redis) {
  const before = await redis.counters()
  let sent = 0
  const node = await watchNode(async () => {
    sent = (await redis.commandsFor(WATCH_MS)).sent
  })
  const after = await redis.counters()
  return { ...node, sent: sent / (WATCH_MS / 1_000), redisMs: (after.cpuUs - before.cpuUs) / WATCH_MS }
}

/**
 * @param {() => Promise<unknown>} watch
 * @returns {Promise<import('../harness/scenario.mjs').Values>}
 */
async function watchNode(watch) {
  const start = process.cpuUsage()
  await watch()
  const { user, system } = process.cpuUsage(start)
  return { nodeMs: (user + system) / WATCH_MS }
}
