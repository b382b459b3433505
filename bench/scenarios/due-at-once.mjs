import { setTimeout as sleep } from 'node:timers/promises'
import { drainQueue } from '../harness/drain.mjs'
import { fill } from '../harness/fill.mjs'
import { fixed } from '../harness/size.mjs'

const CONCURRENCY = 100
/** Time to enqueue them before they are due. */
const AHEAD_MS = 1_000
const AHEAD_MS_PER_JOB = 0.15

/** What a reminder at nine o'clock does. @type {import('../harness/scenario.mjs').Scenario} */
export const dueAtOnce = {
  id: 'due-at-once',
  name: '10,000 jobs due at the same moment',
  how: `What reminders at nine o'clock do: from the moment until the store says that the last one is completed, in ms. An idle worker of ${CONCURRENCY} handlers waits for them.`,
  measures: [{ id: 'ms', title: 'ms', better: 'less' }],
  takes: ({ features }) => features.includes('delays'),
  size: fixed(10_000),
  async run({ size, open }) {
    const queue = await open()
    const dueAt = Date.now() + AHEAD_MS + Math.ceil(size * AHEAD_MS_PER_JOB)
    await fill(queue, size, { dueAt })
    if (Date.now() >= dueAt) throw new Error('enqueued too late')
    const drained = drainQueue(queue, { jobs: size, concurrency: CONCURRENCY })
    await Promise.race([drained, sleep(dueAt - Date.now())])
    if (Date.now() < dueAt - 1) throw new Error('handled before they were due')
    await drained
    return { ms: Date.now() - dueAt }
  },
}
