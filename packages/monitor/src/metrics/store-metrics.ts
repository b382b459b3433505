import type { Clock } from '@dureq/types'
import { Counter, Gauge, type Registry } from 'prom-client'
import { createBoundedLabel } from './bounded-label.ts'
import { createSnapshots, type SnapshotStore, type StoreSnapshot } from './store-snapshot.ts'

/** What store metrics need. */
export interface StoreMetricsOptions {
  readonly store: SnapshotStore
  readonly registry: Registry
  readonly clock: Clock
}

/** One value of a metric, and its labels. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A metric that is read from the store when somebody asks for it. */
interface StoreMetric {
  readonly name: string
  readonly help: string
  readonly labelNames?: readonly string[]
  readonly read: (snapshot: StoreSnapshot) => readonly Sample[]
}

const gauges: readonly StoreMetric[] = [
  {
    name: 'dureq_workflows',
    help: 'Workflows, children included, by status',
    labelNames: ['status'],
    read: ({ workflows }) => sumBy(workflows, 'status'),
  },
  {
    name: 'dureq_batches',
    help: 'Batches by status',
    labelNames: ['status'],
    read: ({ batches }) => sumBy(batches, 'status'),
  },
  {
    name: 'dureq_schedules',
    help: 'Recurring jobs that have not ended',
    read: ({ schedules }) => one(schedules),
  },
  { name: 'dureq_nodes', help: 'Nodes that live', read: ({ nodes }) => one(nodes) },
  {
    name: 'dureq_queue_waiting',
    help: 'Jobs that stand in the lines of a tier',
    labelNames: ['tier'],
    read: ({ queues }) =>
      queues.tiers.map(({ name, waiting }) => ({ labels: { tier: name }, value: waiting })),
  },
  {
    name: 'dureq_queue_paused',
    help: '1 for a tier that is paused',
    labelNames: ['tier'],
    read: ({ queues }) =>
      queues.tiers.map(({ name, paused }) => ({ labels: { tier: name }, value: paused ? 1 : 0 })),
  },
  {
    name: 'dureq_queue_oldest_waiting_seconds',
    help: 'How long the job that has waited longest in a tier has waited; 0 where none waits',
    labelNames: ['tier'],
    read: ({ queues, now }) =>
      queues.tiers.map(({ name, oldestAt = now }) => ({
        labels: { tier: name },
        value: Math.max(0, now - oldestAt) / 1000,
      })),
  },
  {
    name: 'dureq_unserved_jobs',
    help: 'Jobs whose task type or version no live node takes',
    read: ({ queues }) => one(queues.unserved.reduce((all, { waiting }) => all + waiting, 0)),
  },
]

/** They begin anew every UTC day, which is what counters may do. */
const counters: readonly StoreMetric[] = [
  {
    name: 'dureq_lease_reclaims_total',
    help: 'Leases taken back from nodes that fell silent, in the whole cluster, since midnight UTC',
    read: ({ today }) => one(today?.reclaimed ?? 0),
  },
  {
    name: 'dureq_cluster_runs_total',
    help: 'Runs of the whole cluster since midnight UTC: processed (succeeded) or failed',
    labelNames: ['result'],
    read: ({ today }) => [
      { labels: { result: 'processed' }, value: today?.processed ?? 0 },
      { labels: { result: 'failed' }, value: today?.failed ?? 0 },
    ],
  },
]

/** Registers what is read from the store: the same in every process of a cluster, so one of them is enough to ask. */
export function createStoreMetrics({ store, registry, clock }: StoreMetricsOptions): void {
  const snapshot = createSnapshots(store, clock)
  const ofType = createBoundedLabel()
  const jobs: StoreMetric = {
    name: 'dureq_jobs',
    help: 'Jobs by task type and status',
    labelNames: ['task_type', 'status'],
    read: (taken) =>
      sumBy(
        taken.jobs.map((each) => ({ ...each, task_type: ofType(each.taskType) })),
        'task_type',
        'status',
      ),
  }
  for (const metric of [jobs, ...gauges]) {
    new Gauge({
      ...describe(metric, registry),
      async collect() {
        for (const { labels, value } of await refill(this, metric)) this.set(labels, value)
      },
    })
  }
  for (const metric of counters) {
    new Counter({
      ...describe(metric, registry),
      async collect() {
        for (const { labels, value } of await refill(this, metric)) this.inc(labels, value)
      },
    })
  }
  new Gauge({
    name: 'dureq_store_up',
    help: '1 while the store answers; while it does not, nothing that is read from it is shown',
    registers: [registry],
    async collect() {
      this.set((await snapshot()) === undefined ? 0 : 1)
    },
  })

  /** Empties what is shown, and reads what is to be shown instead. */
  async function refill(shown: Gauge | Counter, { read }: StoreMetric): Promise<readonly Sample[]> {
    const taken = await snapshot()
    const samples = taken === undefined ? [] : read(taken)
    shown.reset()
    if (samples.length === 0) shown.remove({}) // without labels it would show 0
    return samples
  }
}

function describe({ name, help, labelNames = [] }: StoreMetric, registry: Registry) {
  return { name, help, labelNames, registers: [registry] }
}

function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }]
}

/** The counts by these members, added up. */
function sumBy<Row extends { readonly count: number }>(
  rows: readonly Row[],
  ...names: readonly (keyof Row & string)[]
): readonly Sample[] {
  const sums = new Map<string, { labels: Record<string, string>; value: number }>()
  for (const row of rows) {
    const labels = Object.fromEntries(names.map((name) => [name, String(row[name])]))
    const known = sums.get(JSON.stringify(labels))
    if (known === undefined) sums.set(JSON.stringify(labels), { labels, value: row.count })
    else known.value += row.count
  }
  return [...sums.values()]
}
