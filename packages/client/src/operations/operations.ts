import type { DeadFilter } from '@dureq/types'
import type { CancelOptions } from '../cancel-options.ts'
import type { JobRef } from '../job-ref.ts'
import type { JobPage } from '../listing.ts'
import type { OrderOptions } from '../order-options.ts'
import type { PageOptions } from '../page-options.ts'
import type { OrderReport, WalkReport } from './order-report.ts'
import type { WalkOptions } from './walk-options.ts'
import type { VersionFilter } from './walk-version.ts'

/** Which dead jobs to list, and which part of the list. All that is given must fit. */
export interface ListDeadOptions extends DeadFilter, PageOptions {}

/**
 * Orders to many jobs. One that cannot be carried out on a job keeps no other from it: the report says which and why. Those with a
 * filter are bounded: give them again with the cursor of the report until it has none.
 */
export interface Operations {
  /**
   * A page of dead jobs, by when they died, with their errors: one-shot jobs, and single firings of recurring ones.
   *
   * @throws ValidationError naming every fault.
   */
  listDead(options?: ListDeadOptions): Promise<JobPage>
  /** Gives at most 1,000 dead or cancelled jobs a new life, as `retryJob` does. */
  retryJobs(jobs: readonly JobRef[], options?: OrderOptions): Promise<OrderReport>
  /** Cancels at most 1,000 jobs, as `cancelJob` does. */
  cancelJobs(jobs: readonly JobRef[], options?: CancelOptions): Promise<OrderReport>
  /** Removes every trace of at most 1,000 ended jobs, as `deleteJob` does. */
  deleteJobs(jobs: readonly JobRef[], options?: OrderOptions): Promise<OrderReport>
  /** Takes what users handed in and got from at most 1,000 ended jobs, as `purgeJob` does. */
  purgeJobs(jobs: readonly JobRef[], options?: OrderOptions): Promise<OrderReport>
  /** Gives the dead jobs that fit a filter (`{}`: all) a new life, those that died first going first. */
  retryDead(filter: DeadFilter, options?: WalkOptions): Promise<WalkReport>
  /** Removes every trace of the dead jobs that fit a filter (`{}`: all), those that died first going first. */
  deleteDead(filter: DeadFilter, options?: WalkOptions): Promise<WalkReport>
  /**
   * Lets all jobs of a type that ask for one version and have not ended be taken by another (undefined: by any), for instance
   * when no node serves it any more.
   *
   * @throws ValidationError naming every fault.
   */
  reassignVersions(
    filter: VersionFilter,
    version: string | undefined,
    options?: WalkOptions,
  ): Promise<WalkReport>
}
