import {
  type Clock,
  type DailyCount,
  type InstanceCount,
  type JobCount,
  type QueueUsage,
  type Store,
  StoreUnavailableError,
} from '@dureq/types'

/** What a store holds at one moment: counters, no walks. */
export interface StoreSnapshot {
  readonly jobs: readonly JobCount[]
  readonly workflows: readonly InstanceCount[]
  readonly batches: readonly InstanceCount[]
  readonly queues: QueueUsage
  readonly nodes: number
  readonly schedules: number
  readonly today: DailyCount | undefined
  /** By the clock of the store, epoch ms. */
  readonly now: number
}

/** Where snapshots come from. */
export type SnapshotStore = Pick<Store, 'inspector' | 'nodes' | 'schedules'>

/** However often it is asked, the store is asked once in this time. */
const FRESH_MS = 1_000

/** Answers with what the store holds, not older than a second; undefined while it does not answer. */
export function createSnapshots(
  store: SnapshotStore,
  clock: Clock,
): () => Promise<StoreSnapshot | undefined> {
  let takenAt = Number.NEGATIVE_INFINITY
  let taken: Promise<StoreSnapshot | undefined> = Promise.resolve(undefined)
  return () => {
    const now = clock.now()
    if (now < takenAt || now - takenAt >= FRESH_MS) {
      takenAt = now
      taken = takeSnapshot(store).catch(unlessAway)
    }
    return taken
  }
}

async function takeSnapshot({ inspector, nodes, schedules }: SnapshotStore): Promise<StoreSnapshot> {
  const [jobs, workflows, batches, queues, living, { total }, [today], { now }] = await Promise.all([
    inspector.countJobs(),
    inspector.countInstances('workflow'),
    inspector.countInstances('batch'),
    inspector.queues(),
    nodes.list(),
    schedules.list({ limit: 1 }),
    inspector.dailyCounts(1),
    schedules.due(0),
  ])
  return { jobs, workflows, batches, queues, nodes: living.length, schedules: total, today, now }
}

function unlessAway(error: unknown): undefined {
  if (StoreUnavailableError.is(error)) return undefined
  throw error
}
