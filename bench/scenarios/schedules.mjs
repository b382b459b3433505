import { countdown } from '../harness/countdown.mjs'
import { fixed } from '../harness/size.mjs'
import { percentile } from '../harness/statistics.mjs'
import { within } from '../harness/within.mjs'

const CONCURRENCY = 100
const EVERY_MS = 1_000
const TIMES = 15
/** Time to store the schedules before they fire. */
const AHEAD_MS = 1_000
const AHEAD_MS_PER_SCHEDULE = 3
/** What has not come by then does not count. */
const PATIENCE_MS = 10_000

/** What a fleet of pollers does. @type {import('../harness/scenario.mjs').Scenario} */
export const schedules = {
  id: 'schedules',
  name: '1,000 schedules of one second',
  how: `Each fires ${TIMES} times, at the same moments as all others; one worker of ${CONCURRENCY} handlers. What share of the firings came at all, within ${PATIENCE_MS / 1_000} s after the last moment; and how late their handlers started, after the moment they were for, in ms. A firing that came twice makes the measurement fail.`,
  measures: [
    { id: 'share', title: 'firings, % of those due', better: 'more' },
    { id: 'p50', title: 'lateness p50, ms', better: 'less' },
    { id: 'p99', title: 'lateness p99, ms', better: 'less' },
  ],
  takes: ({ features }) => features.includes('recurs'),
  size: fixed(1_000),
  async run({ size, open }) {
    const queue = await open()
    const startsAt = Date.now() + AHEAD_MS + size * AHEAD_MS_PER_SCHEDULE
    const due = size * TIMES
    const { count, reached } = countdown(due)
    /** @type {Set<string>} */
    const seen = new Set()
    /** @type {number[]} */
    const latenesses = []
    let doubles = 0
    await queue.recur?.({
      schedules: size,
      everyMs: EVERY_MS,
      times: TIMES,
      startsAt,
      concurrency: CONCURRENCY,
      onFiring(schedule, scheduledAt) {
        latenesses.push(Date.now() - scheduledAt)
        const firing = `${schedule}:${scheduledAt}`
        if (seen.has(firing)) doubles++
        seen.add(firing)
        count()
      },
    })
    if (Date.now() >= startsAt) throw new Error('stored too late')
    const lastAt = startsAt + (TIMES - 1) * EVERY_MS
    await within(lastAt + PATIENCE_MS - Date.now(), reached, 'all firings').catch(() => {})
    if (doubles > 0) throw new Error(`${doubles} firings came twice`)
    return {
      share: (100 * seen.size) / due,
      p50: percentile(latenesses, 0.5),
      p99: percentile(latenesses, 0.99),
    }
  },
}
