import { drainQueue } from '../harness/drain.mjs'
import { fill } from '../harness/fill.mjs'
import { fixed } from '../harness/size.mjs'

const CONCURRENCY = 100
const result = { text: 'x'.repeat(50 - JSON.stringify({ text: '' }).length) }

/** What Redis must hold. @type {import('../harness/scenario.mjs').Scenario} */
export const memory = {
  id: 'memory',
  name: 'Memory of a job in Redis',
  how: 'Bytes by which `used_memory` grows per job, keys and all, when 20,000 jobs wait and when they are completed and kept, each with a result of 50 bytes. Apart from that, because it does not grow with the jobs: connections, cached scripts, and the capped event logs of dureq and BullMQ (`MEMORY USAGE` of the stream with `SAMPLES 0`).',
  measures: [
    { id: 'waiting', title: 'bytes per waiting job', better: 'less' },
    { id: 'kept', title: 'bytes per completed and kept job', better: 'less' },
    { id: 'eventLog', title: 'bytes of the whole event log', better: 'less' },
  ],
  takes: ({ store }) => store === 'redis',
  size: fixed(20_000),
  mostRounds: 3,
  async run({ size, system, redis, open, close }) {
    const queue = await open({ keep: true })
    const empty = await redis.bytes(system.eventLogs)
    await fill(queue, size)
    const waiting = await redis.bytes(system.eventLogs)
    await drainQueue(queue, { jobs: size, concurrency: CONCURRENCY, result })
    await close(queue)
    const kept = await redis.bytes(system.eventLogs)
    if (system.eventLogs.length > 0 && kept.eventLogs === 0) throw new Error('the event log is elsewhere')
    return {
      waiting: (waiting.data - empty.data) / size,
      kept: (kept.data - empty.data) / size,
      ...(kept.eventLogs === 0 ? {} : { eventLog: kept.eventLogs }),
    }
  },
}
