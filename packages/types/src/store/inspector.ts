import type { JobRecord } from '../job.ts'
import type { JobStatus } from '../job-status.ts'
import type { RunRecord } from '../run.ts'
import type { WorkflowStatus } from '../workflow-status.ts'
import type { InstanceHead, InstanceKind } from './instances.ts'

/** Which jobs to list. Both filters may be given. */
export interface JobFilter {
  readonly status?: JobStatus
  readonly taskType?: string
}

/** Which instances to list. Both filters may be given. */
export interface InstanceFilter {
  readonly status?: WorkflowStatus
  readonly name?: string
}

/** How many instances of one name are in one status. */
export interface InstanceCount {
  readonly name: string
  readonly status: WorkflowStatus
  readonly count: number
}

/** Rows an `offset` may walk over; beyond that only a cursor leads (design section 4, "Listings"). */
export const MAX_LIST_OFFSET = 10_000

/** Which part of a listing: `cursor` goes on where a page ended; `offset` walks at most `MAX_LIST_OFFSET` rows. */
export interface PageRequest {
  /** 1-100. */
  readonly limit: number
  readonly offset?: number
  readonly cursor?: string
  /** Default `newest`. */
  readonly sort?: 'newest' | 'oldest'
}

/** One page. */
export interface Page<Row> {
  readonly rows: readonly Row[]
  /** All rows the filter fits; what was found so far where `totalExact` is false. */
  readonly total: number
  readonly totalExact: boolean
  /** Absent on the last page. */
  readonly cursor?: string
}

/** How many jobs of one task type are in one status. */
export interface JobCount {
  readonly taskType: string
  readonly status: JobStatus
  readonly count: number
}

/** What the store is, for operators. */
export interface StoreInfo {
  readonly kind: string
  readonly version: string
  readonly partitions: number
  readonly now: number
}

/** Reads for people: bounded in rows and time, served from the structures that hold the state. */
export interface InspectorRole {
  /**
   * Jobs in creation order without a status filter; else by due time (`scheduled`, `retrying`, `paused`), by claim
   * time (`running`), by end time (ended ones), in the order of the lines (`pending`: the head is the oldest).
   * A total is exact for every combination of these filters.
   *
   * @throws ValidationError for a cursor that is not one of this listing's, or an offset beyond 10,000.
   */
  listJobs(filter: JobFilter, page: PageRequest): Promise<Page<JobRecord>>
  /** The newest runs of a job or firing, newest first, at most 100; empty for an unknown one. */
  listRuns(id: string, limit: number): Promise<readonly RunRecord[]>
  /** The runs with these ids, in order. */
  getRuns(ids: readonly string[]): Promise<readonly (RunRecord | undefined)[]>
  /** Jobs by task type and status; only counts above 0. */
  countJobs(): Promise<readonly JobCount[]>
  /** Instances of a kind in creation order, children included. A total is exact for every combination of the filters. */
  listInstances(kind: InstanceKind, filter: InstanceFilter, page: PageRequest): Promise<Page<InstanceHead>>
  /** Instances of a kind by name and status; only counts above 0. */
  countInstances(kind: InstanceKind): Promise<readonly InstanceCount[]>
  info(): Promise<StoreInfo>
}
