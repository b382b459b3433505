import type { JobRecord } from '../job.ts'
import type { JobStatus } from '../job-status.ts'
import type { AuditEntry } from '../operations/audit.ts'
import type { Standing } from '../operations/explanation.ts'
import type {
  DailyCount,
  DeadFilter,
  InstanceQuery,
  InstanceSearchPage,
  RunFilter,
  SearchPage,
  SearchQuery,
} from '../operations/history.ts'
import type { KeyUsage, QueueUsage } from '../operations/usage.ts'
import type { RunRecord } from '../run.ts'
import type { WorkflowStatus } from '../workflow-status.ts'
import type { InstanceHead, InstanceKind } from './instances.ts'

/** Which jobs to list. All that are given must fit. */
export interface JobFilter {
  readonly status?: JobStatus
  readonly taskType?: string
  readonly tag?: string
  /** A part of the id or the task type, in any case of letters. */
  readonly search?: string
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
  /** The servers it is made of, as they describe themselves; of a file, the file. */
  readonly servers?: readonly StoreServer[]
}

/** One server of a store. */
export interface StoreServer {
  /** `host:port`, or the path of a file. */
  readonly address: string
  /** `master`, `slave`, ... */
  readonly role: string
  /** By section and name, both in lower case. */
  readonly sections: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Reads for people: bounded in rows and time, served from the structures that hold the state. */
export interface InspectorRole {
  /**
   * Jobs in creation order without a status filter; else by due time (`scheduled`, `retrying`, `paused`), by claim
   * time (`running`), by end time (ended ones), in the order of the lines (`pending`: the head is the oldest).
   * A total is exact for status and task type. With another filter the smallest structure that holds all that fit is walked (the
   * jobs of a tag, by creation; else what status and task type give), at most 10,000 rows a call: a page may have fewer rows than
   * asked for, even none, and a cursor that goes on; then `totalExact` is false and `total` what was found so far, on the pages
   * before as well.
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
  /**
   * Dead firings, by when they died: those of one-shot jobs under the job's id, those of recurring ones under their own. A total
   * is exact without a filter. Bounded like `listJobs`.
   */
  listDead(filter: DeadFilter, page: PageRequest): Promise<Page<JobRecord>>
  /**
   * Runs of all jobs: running ones by when they were claimed, finished ones by when they ended; without a status the running ones
   * come first (`oldest`: the other way round altogether). A total is exact without a filter and for `status: 'running'` alone,
   * except while members of removed instances are taken away. Bounded like `listJobs`.
   */
  listAllRuns(filter: RunFilter, page: PageRequest): Promise<Page<RunRecord>>
  /** Jobs by a value in their payload, newest first: `SearchQuery`. */
  search(query: SearchQuery, page: Pick<PageRequest, 'limit' | 'cursor'>): Promise<SearchPage>
  /** How much waits and runs, by tier and by task type, and what nobody serves. Counters, not walks. */
  queues(): Promise<QueueUsage>
  /** Who holds a concurrency key, and what holds for it; of a key nobody has used, its settings and zeros. */
  key(key: string): Promise<KeyUsage>
  /** Everything the store knows of why a firing is where it is, read in one step; undefined for an unknown id. */
  standing(id: string): Promise<Standing | undefined>
  /**
   * Workflows or batches by a value in what they were started with (a workflow: its input; a batch: its `onetimePayload`), newest
   * first. Bounded like `search`.
   */
  searchInstances(
    kind: 'workflow' | 'batch',
    query: InstanceQuery,
    page: Pick<PageRequest, 'limit' | 'cursor'>,
  ): Promise<InstanceSearchPage>
  /** The acts of clients and operators on a job, firing, workflow or batch, oldest first, at most the newest 100. */
  audit(id: string): Promise<readonly AuditEntry[]>
  /** The newest `days` (1-91) UTC days, today's last, days without anything included. */
  dailyCounts(days: number): Promise<readonly DailyCount[]>
}
