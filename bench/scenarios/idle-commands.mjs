import { setTimeout as sleep } from 'node:timers/promises'
import { fixed } from '../harness/size.mjs'

const CONCURRENCY = 100
/** Whatever a start does has been done by then. */
const SETTLE_MS = 500

/** What a node without work costs. @type {import('../harness/scenario.mjs').Scenario} */
export const idleCommands = {
  id: 'idle-commands',
  name: 'Commands of an idle node',
  how: `What Redis is told to do for a worker of ${CONCURRENCY} handlers without work, a second, over 10 s (\`MONITOR\`). A script is one command sent; what it calls is executed, too.`,
  measures: [
    { id: 'sent', title: 'commands sent per second', better: 'less' },
    { id: 'executed', title: 'commands executed per second, those in scripts included', better: 'less' },
  ],
  takes: ({ store, features }) => store === 'redis' && features.includes('wakes'),
  size: fixed(10_000),
  mostRounds: 1,
  async run({ size: ms, redis, open }) {
    const queue = await open()
    await queue.work({ concurrency: CONCURRENCY, handler: async () => {} })
    await sleep(SETTLE_MS)
    const { sent, executed } = await redis.commandsFor(ms)
    return { sent: sent / (ms / 1000), executed: executed / (ms / 1000) }
  },
}
