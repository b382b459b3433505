import type { DailyCount, EventType, Explanation, JobEvent, JobRun, TrailEntry } from '@dureq/types'
import type { JobRef } from '../job-ref.ts'
import type { OrderOptions } from '../order-options.ts'
import type { ListRunsOptions, RunPage } from './list-runs.ts'
import type { SearchOptions } from './search.ts'
import type { JobSearch, SearchedJobs } from './search-jobs.ts'

/** Which events to list. All that is given must fit. */
export interface ListEventsOptions {
  readonly types?: readonly EventType[]
  readonly job?: JobRef
  readonly taskType?: string
  /** Most events, 1-1,000. Default: 50. */
  readonly limit?: number
}

/** The newest events, newest first. */
export interface EventList {
  readonly events: readonly JobEvent[]
  /** False: there may be older ones, beyond the limit, among those not looked at, or not kept any more. */
  readonly complete: boolean
}

/** What has happened, and why something does not. */
export interface History {
  /**
   * Why a job is not running, or what it does: reasons, the most decisive first, each with the data behind it, and the same in
   * plain words. Of a recurring job also what keeps each of its firings.
   *
   * @throws JobNotFoundError when there is no such job (any more).
   */
  explain(job: JobRef): Promise<Explanation>
  /**
   * The audit trail of a job, oldest first: what its record and its newest 100 runs say, and the newest 100 orders that named who
   * gave them. None for an unknown job.
   */
  getAudit(job: JobRef): Promise<readonly TrailEntry[]>
  /** How long the trails of jobs are, in order: as many entries as `getAudit` has. At most 100 jobs. */
  countAudit(jobs: readonly JobRef[]): Promise<readonly number[]>
  /**
   * A page of the runs of all jobs: running ones by when they were claimed, finished ones by when they ended.
   *
   * @throws ValidationError naming every fault.
   */
  listRuns(options?: ListRunsOptions): Promise<RunPage>
  /** A run by its id; undefined when there is none (any more). */
  getRun(runId: string): Promise<JobRun | undefined>
  /**
   * Gives the job or firing of a run a new life, if it is dead or cancelled.
   *
   * @throws RunNotFoundError when there is no such run; InvalidJobStatusError, DuplicateJobError, OwnedJobError as `retryJob`.
   */
  requeueRun(runId: string, options?: OrderOptions): Promise<void>
  /**
   * Jobs that have a value in their payload, newest first. One call looks at a bounded number of jobs; its cursor goes on.
   *
   * @throws ValidationError naming every fault.
   */
  searchJobs(search: JobSearch, options?: SearchOptions): Promise<SearchedJobs>
  /**
   * The newest events.
   *
   * @throws ValidationError naming every fault.
   */
  listEvents(options?: ListEventsOptions): Promise<EventList>
  /** What was executed on each of the newest `days` UTC days (1-91, default 7), today's last. */
  dailyStats(days?: number): Promise<readonly DailyCount[]>
}
