import {
  auditTrail,
  checkInteger,
  Faults,
  type JobRun,
  parseRun,
  RunNotFoundError,
  type TrailEntry,
} from '@dureq/types'
import type { ClientCore } from '../core.ts'
import { findableId, type JobRef, requireId } from '../job-ref.ts'
import { type OrderOptions, readBy } from '../order-options.ts'
import { createOrders } from '../orders.ts'
import { MAX_PAGE } from '../page-options.ts'
import { explainJob } from './explain-job.ts'
import type { History } from './history.ts'
import { listEvents } from './list-events.ts'
import { listRuns } from './list-runs.ts'
import { searchJobs } from './search-jobs.ts'

const DEFAULT_DAYS = 7
const MOST_DAYS = 91

/** The part of a client that knows what has happened. */
export function createHistory(core: ClientCore): History {
  const { inspector, events } = core.store
  const orders = createOrders(core)
  return {
    explain: (job) => explainJob(core.store, requireId(job)),
    getAudit: (job) => auditOf(core, job),
    async countAudit(jobs) {
      checkJobs(jobs)
      return await Promise.all(jobs.map(async (job) => (await auditOf(core, job)).length))
    },
    listRuns: (options = {}) => listRuns(inspector, options),
    getRun: (runId) => findRun(core, runId),
    async requeueRun(runId: string, options?: OrderOptions) {
      const by = readBy(core, options)
      if ((await findRun(core, runId)) === undefined) throw new RunNotFoundError(runId)
      await orders.mustDo({ verb: 'retry', id: firingOf(runId), ...by })
    },
    searchJobs: (search, options = {}) => searchJobs(inspector, search, options),
    listEvents: (options = {}) => listEvents(events, options),
    async dailyStats(days = DEFAULT_DAYS) {
      const faults = new Faults()
      checkInteger(days, { min: 1, max: MOST_DAYS }, 'days', faults)
      faults.throwIfAny()
      return await inspector.dailyCounts(days)
    },
  }
}

async function auditOf({ store, records }: ClientCore, job: JobRef): Promise<readonly TrailEntry[]> {
  const id = findableId(job)
  const record = id === undefined ? undefined : await records.add(id)
  if (record === undefined) return []
  const { inspector } = store
  const [runs, acts] = await Promise.all([
    inspector.listRuns(record.id, MAX_PAGE),
    inspector.audit(record.id),
  ])
  return auditTrail(record, runs, acts)
}

function checkJobs(jobs: unknown): void {
  const faults = new Faults()
  if (!Array.isArray(jobs)) faults.add('jobs', 'must be a list')
  else if (jobs.length > MAX_PAGE) faults.add('jobs', `must not be more than ${MAX_PAGE}`, MAX_PAGE)
  faults.throwIfAny()
}

const runForm = /^([0-9a-v]{20}(?::\d{1,16}t?)?)-\d{1,15}$/

async function findRun({ store }: ClientCore, runId: unknown): Promise<JobRun | undefined> {
  if (typeof runId !== 'string' || !runForm.test(runId)) return undefined
  const [run] = await store.inspector.getRuns([runId])
  return run && parseRun(run)
}

/** The job or firing a run is of. */
function firingOf(runId: string): string {
  return runForm.exec(runId)?.[1] ?? runId
}
