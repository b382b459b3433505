import type { Clock, LeasedRun, RunOutcome, StoreObserver } from '@dureq/types'
import { Counter, Histogram, type Registry } from 'prom-client'
import { createBoundedLabel } from './bounded-label.ts'
import { createHeldRuns } from './held-runs.ts'
import { latenessOf } from './lateness.ts'

/** From a millisecond to a quarter of an hour. */
const RUN_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 900]

/** A call of a store that takes longer is given up. */
const CALL_BUCKETS = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]

/** Where process metrics go. */
export interface ProcessMetricsOptions {
  readonly registry: Registry
  readonly clock: Clock
}

/** Measures what this process does with its store; sums over all processes are those of the cluster. */
export function createProcessMetrics({ registry, clock }: ProcessMetricsOptions): StoreObserver {
  const registers = [registry]
  const ofType = createBoundedLabel()
  const held = createHeldRuns()
  const calls = new Counter({
    name: 'dureq_store_calls_total',
    help: 'Calls of the store by this process: answered, unavailable (no answer in time) or refused',
    labelNames: ['role', 'method', 'outcome'],
    registers,
  })
  const callSeconds = new Histogram({
    name: 'dureq_store_call_duration_seconds',
    help: 'How long calls of the store took, repeats after a lost reply included',
    labelNames: ['role', 'method'],
    buckets: CALL_BUCKETS,
    registers,
  })
  const claimed = new Counter({
    name: 'dureq_runs_claimed_total',
    help: 'Runs leased to this process',
    labelNames: ['task_type'],
    registers,
  })
  const ended = new Counter({
    name: 'dureq_runs_total',
    help: 'Runs this process ended: succeeded, failed, timed_out, repeated, paused, cancelled; lost: the lease was not its own any more',
    labelNames: ['task_type', 'status'],
    registers,
  })
  const runSeconds = new Histogram({
    name: 'dureq_run_duration_seconds',
    help: 'From the claim of a run until its outcome was stored',
    labelNames: ['task_type'],
    buckets: RUN_BUCKETS,
    registers,
  })
  const waitSeconds = new Histogram({
    name: 'dureq_queue_wait_seconds',
    help: 'From when a firing became claimable until it was claimed',
    labelNames: ['task_type'],
    buckets: RUN_BUCKETS,
    registers,
  })
  const lateSeconds = new Histogram({
    name: 'dureq_schedule_lateness_seconds',
    help: 'From the time a schedule gave until the first run of its firing was claimed; caught-up firings are left out',
    labelNames: ['task_type'],
    buckets: RUN_BUCKETS,
    registers,
  })

  const noteClaimed = (lease: LeasedRun, now: number): void => {
    const taskType = ofType(lease.taskType)
    held.add(lease, now)
    waitSeconds.observe({ task_type: taskType }, seconds(lease.claimedAt - lease.claimableAt))
    const late = latenessOf(lease)
    if (late !== undefined) lateSeconds.observe({ task_type: taskType }, seconds(late))
  }
  const noteEnded = (outcome: RunOutcome, status: string, now: number): string | undefined => {
    const run = held.take(outcome)
    if (run === undefined) return undefined
    const taskType = ofType(run.taskType)
    runSeconds.observe({ task_type: taskType }, seconds(now - run.claimedAt))
    return `${taskType}\n${status}`
  }
  return {
    called({ role, method, outcome, durationMs }) {
      calls.inc({ role, method, outcome })
      callSeconds.observe({ role, method }, durationMs / 1000)
    },
    claimed(leases) {
      const now = clock.now()
      for (const lease of leases) noteClaimed(lease, now)
      for (const [type, count] of countBy(leases, ({ taskType }) => ofType(taskType))) {
        claimed.inc({ task_type: type }, count)
      }
    },
    settled(outcomes, reply) {
      const now = clock.now()
      const noted = outcomes.map((outcome, i) =>
        noteEnded(outcome, reply.outcomes[i] === 'settled' ? statusOf(outcome) : 'lost', now),
      )
      for (const [name, count] of countBy(noted, (each) => each)) {
        const [task_type = '', status = ''] = name.split('\n')
        ended.inc({ task_type, status }, count)
      }
    },
    released(leases) {
      for (const lease of leases) held.take(lease)
    },
  }
}

function statusOf(outcome: RunOutcome): string {
  return outcome.kind === 'failed' ? outcome.status : outcome.kind
}

function seconds(ms: number): number {
  return Math.max(0, ms) / 1000
}

/** How many there are of each name; what has none is not counted. */
function countBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) {
    const name = nameOf(item)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
