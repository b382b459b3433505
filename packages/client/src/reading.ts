import { checkInteger, Faults, type Job, type JobResult, type JobRun, parseJob, parseRun } from '@dureq/types'
import type { ClientCore } from './core.ts'
import { readEnd } from './end-of.ts'
import { findableId, type JobRef, requireId } from './job-ref.ts'
import { type JobPage, type ListJobsOptions, listJobs } from './listing.ts'
import { MAX_PAGE } from './page-options.ts'
import { countBatches, countWorkflows, type Stats, sumByStatus } from './stats.ts'

/** What can be read of jobs. Reads of one tick travel together. */
export interface Reading {
  /** The job as it is now; undefined when there is none (any more). */
  getJob(job: JobRef): Promise<Job | undefined>
  /**
   * A page of jobs: in creation order, with a status in the order of what that status waits for, or by end.
   *
   * @param options `limit` 1-100, default 10; `sort` default `newest`; `offset` up to 10,000, beyond it use `cursor`.
   * @throws ValidationError naming every fault.
   */
  listJobs(options?: ListJobsOptions): Promise<JobPage>
  /** The newest runs of a job, newest first: at most `limit` of them, 1-100, default 50. None for an unknown job. */
  getRuns(job: JobRef, options?: { readonly limit?: number }): Promise<readonly JobRun[]>
  /**
   * How a job ended; undefined while it has not.
   *
   * @throws JobNotFoundError when there is no such job (any more).
   */
  getResult<Output>(job: JobRef<Output>): Promise<JobResult<Output> | undefined>
  /** Counts jobs, workflows, batches, schedules and nodes. */
  stats(): Promise<Stats>
}

const DEFAULT_RUNS = 50

/** The reading part of a client. */
export function createReading({ store, records }: ClientCore): Reading {
  const { inspector, nodes, schedules } = store
  return {
    async getJob(job) {
      const id = findableId(job)
      const record = id === undefined ? undefined : await records.add(id)
      return record && parseJob(record)
    },
    listJobs: (options = {}) => listJobs(inspector, options),
    async getRuns(job, { limit = DEFAULT_RUNS } = {}) {
      checkLimit(limit)
      const id = findableId(job)
      return id === undefined ? [] : (await inspector.listRuns(id, limit)).map(parseRun)
    },
    getResult: <Output>(job: JobRef<Output>) => readEnd<Output>(records, requireId(job)),
    async stats() {
      const [taskTypes, workflows, batches, living, { total }] = await Promise.all([
        inspector.countJobs(),
        inspector.countInstances('workflow'),
        inspector.countInstances('batch'),
        nodes.list(),
        schedules.list({ limit: 1 }),
      ])
      return {
        jobCounts: sumByStatus(taskTypes),
        taskTypes,
        ...countWorkflows(workflows),
        ...countBatches(batches),
        activeSchedules: total,
        activeNodes: living.length,
      }
    },
  }
}

function checkLimit(limit: number): void {
  const faults = new Faults()
  checkInteger(limit, { min: 1, max: MAX_PAGE }, 'limit', faults)
  faults.throwIfAny()
}
