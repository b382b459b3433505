import type {
  InstanceHead,
  JobCount,
  JobRecord,
  Page,
  PageRequest,
  RunRecord,
  Store,
  StoredSchedule,
} from '@dureq/types'

/** Everything a store shows at one moment. */
export interface Snapshot {
  readonly now: number
  readonly jobs: readonly JobRecord[]
  readonly counts: readonly JobCount[]
  readonly running: readonly RunRecord[]
  readonly schedules: readonly StoredSchedule[]
  /** Firings of recurring jobs. */
  readonly firings: readonly JobRecord[]
  readonly workflows: readonly InstanceHead[]
  readonly batches: readonly InstanceHead[]
}

/** Reads it all. Nothing may go on in the world meanwhile. */
export async function takeSnapshot(store: Store, now: number): Promise<Snapshot> {
  const { inspector, schedules } = store
  const [jobs, counts, running, entries, workflows, batches] = await Promise.all([
    readAll((page) => inspector.listJobs({}, page)),
    inspector.countJobs(),
    readAll((page) => inspector.listAllRuns({ status: 'running' }, page)),
    readAll((page) => schedules.list(page)),
    readAll((page) => inspector.listInstances('workflow', {}, page)),
    readAll((page) => inspector.listInstances('batch', {}, page)),
  ])
  const firings = await Promise.all(
    entries.map(({ jobId }) => readAll((page) => schedules.firings(jobId, page))),
  )
  return { now, jobs, counts, running, schedules: entries, firings: firings.flat(), workflows, batches }
}

async function readAll<Row>(read: (page: PageRequest) => Promise<Page<Row>>): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await read({ limit: 100, ...(cursor !== undefined && { cursor }) })
    rows.push(...page.rows)
    cursor = page.cursor
    if (cursor === undefined) return rows
  }
}
