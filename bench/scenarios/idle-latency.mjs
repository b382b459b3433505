import { setTimeout as sleep } from 'node:timers/promises'
import { payload } from '../harness/payload.mjs'
import { percentile } from '../harness/statistics.mjs'
import { within } from '../harness/within.mjs'

const CONCURRENCY = 100
const SAMPLES = 500
const PAUSE_MS = 5
/** A system that needs long for a sample gets fewer. */
const MOST_MS = 5_000
const SAMPLE_LIMIT_MS = 10_000

/** What a user feels who waits for a job. @type {import('../harness/scenario.mjs').Scenario} */
export const idleLatency = {
  id: 'idle-latency',
  name: 'Latency of an idle worker',
  how: `From the call that enqueues a job to the start of its handler, in ms; one job after the other, ${PAUSE_MS} ms apart, so that the worker is idle before each. Client and worker are one process. ${SAMPLES} samples a round; systems that need long take fewer.`,
  measures: [
    { id: 'p50', title: 'p50, ms', better: 'less' },
    { id: 'p99', title: 'p99, ms', better: 'less' },
  ],
  takes: ({ features }) => features.includes('wakes'),
  size: { warmUp: 20, full: ({ p50 = 0 }) => Math.min(SAMPLES, Math.floor(MOST_MS / (PAUSE_MS + p50))) },
  async run({ size, open }) {
    const queue = await open()
    let started = () => {}
    const handler = async () => started()
    await queue.work({ concurrency: CONCURRENCY, handler })

    const samples = []
    for (let i = 0; i < size; i++) {
      await sleep(PAUSE_MS)
      const begun = performance.now()
      const latency = new Promise((resolve) => {
        started = () => resolve(performance.now() - begun)
      })
      await queue.enqueue(payload())
      samples.push(await within(SAMPLE_LIMIT_MS, latency, 'one job'))
    }
    return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) }
  },
}
