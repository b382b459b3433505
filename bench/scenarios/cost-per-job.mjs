import { drainQueue } from '../harness/drain.mjs'
import { fill } from '../harness/fill.mjs'
import { all } from '../harness/scenario.mjs'
import { forSeconds } from '../harness/size.mjs'
import { secondsOf } from '../harness/timed.mjs'

const CONCURRENCY = 100

/** What a drained job costs. @type {import('../harness/scenario.mjs').Scenario} */
export const costPerJob = {
  id: 'cost-per-job',
  name: 'What a drained job costs',
  how: `${CONCURRENCY} jobs at a time, completed jobs removed. Node: \`process.cpuUsage\` of the worker's process. Redis: \`INFO cpu\`, \`commandstats\` and \`stats\`; what a script calls counts as commands of its own.`,
  measures: [
    { id: 'nodeUs', title: 'CPU of Node per job, µs', better: 'less' },
    { id: 'redisUs', title: 'CPU of Redis per job, µs', better: 'less' },
    { id: 'scriptUs', title: 'of it in scripts per job, µs', better: 'less' },
    { id: 'scripts', title: 'scripts per job', better: 'less' },
    { id: 'commands', title: 'commands per job, those in scripts included', better: 'less' },
    { id: 'bytesIn', title: 'bytes to Redis per job', better: 'less' },
    { id: 'bytesOut', title: 'bytes from Redis per job', better: 'less' },
  ],
  takes: all,
  size: forSeconds(1, { warmUp: 2_000, most: 100_000 }),
  mostRounds: 3,
  async run({ size, system, redis, open }) {
    const queue = await open()
    await fill(queue, size)
    const before = await redis.counters()
    let nodeUs = 0
    const seconds = await secondsOf(async () => {
      const start = process.cpuUsage()
      await drainQueue(queue, { jobs: size, concurrency: CONCURRENCY })
      const { user, system: kernel } = process.cpuUsage(start)
      nodeUs = user + kernel
    })
    const after = await redis.counters()

    const perJob = (/** @type {keyof typeof before} */ name) => (after[name] - before[name]) / size
    const node = { rate: size / seconds, nodeUs: nodeUs / size }
    if (system.store !== 'redis') return node
    return {
      ...node,
      redisUs: perJob('cpuUs'),
      scriptUs: perJob('scriptUs'),
      scripts: perJob('scripts'),
      commands: perJob('commands'),
      bytesIn: perJob('bytesIn'),
      bytesOut: perJob('bytesOut'),
    }
  },
}
