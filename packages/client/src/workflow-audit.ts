import { checkInteger, Faults, type InstanceHead } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { type AuditEntry, trailOf } from './task-trail.ts'
import type { WorkflowReader } from './workflow-reader.ts'
import type { TaskView } from './workflow-view.ts'

/** How much of a trail is wanted. */
export interface AuditOptions {
  /** Most entries, 1-1,000. Default: 100. */
  readonly limit?: number
}

/** Jobs whose runs are looked at, those of the tasks that something happened to last. */
const MOST_JOBS = 100

/** Runs of one job. */
const MOST_RUNS = 20

/**
 * What happened to the tasks of a workflow, newest first: of at most 100 jobs, the newest, and their 20 newest runs.
 *
 * @throws ValidationError naming every fault of the options.
 */
export async function auditWorkflow(
  { store, records }: Pick<ClientCore, 'store' | 'records'>,
  reader: WorkflowReader,
  { head, limit }: { readonly head: InstanceHead; readonly limit: number },
): Promise<readonly AuditEntry[]> {
  const tasks = (await tasksWithJobs(reader, head)).sort(byLastChange).slice(0, MOST_JOBS)
  const trails = await Promise.all(
    tasks.map(async ({ name, jobId }) => {
      const [job, runs] = await Promise.all([records.add(jobId), store.inspector.listRuns(jobId, MOST_RUNS)])
      return job === undefined ? [] : trailOf(name, job, runs)
    }),
  )
  return trails
    .flatMap((trail) => trail.toReversed())
    .sort((a, b) => b.timestamp - a.timestamp)
    .slice(0, limit)
}

/** @throws ValidationError when the limit is none. */
export function readAuditLimit({ limit = 100 }: AuditOptions = {}): number {
  const faults = new Faults()
  checkInteger(limit, { min: 1, max: MAX_ITEMS }, 'limit', faults)
  faults.throwIfAny()
  return limit
}

interface TaskWithJob {
  readonly name: string
  readonly jobId: string
  readonly changedAt: number
}

async function tasksWithJobs(reader: WorkflowReader, head: InstanceHead): Promise<TaskWithJob[]> {
  const found: TaskWithJob[] = []
  for (let offset = 0; ; offset += MAX_ITEMS) {
    const view = await reader.view(head, { limit: MAX_ITEMS, offset })
    if (view === undefined) return found
    found.push(...view.tasks.flatMap(withJob))
    if (offset + MAX_ITEMS >= view.total) return found
  }
}

function withJob({ task: { name }, part }: TaskView): TaskWithJob[] {
  if (part?.jobId === undefined) return []
  return [{ name, jobId: part.jobId, changedAt: part.finishedAt ?? part.startedAt ?? 0 }]
}

function byLastChange(a: TaskWithJob, b: TaskWithJob): number {
  return b.changedAt - a.changedAt
}
