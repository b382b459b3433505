import type { Firing, JobDefinition, Lease, Place, RunRecord } from '@dureq/types'

/** A firing as one step works with it: what the rules see, and what only the tables know. */
export interface StoredFiring {
  readonly seq: number
  readonly uniqueKey: string | undefined
  readonly requestId: string | undefined
  firing: Firing
  /** The newest finished run. It joins the older ones when the next run begins. */
  lastRun: RunRecord | undefined
  /** Its number in its line; null when it stands in none. */
  pos: number | null
  /** Its place in the listing of its status; null while pending. */
  listedAt: number | null
}

/** What is stored of a job as JSON: what it states, without what has a column of its own and without defaults. */
export type JobOptions = Partial<
  Omit<JobDefinition, 'id' | 'taskType' | 'payload' | 'priority' | 'schedule' | 'createdAt' | 'version'>
>

/** The part of a firing that is stored as JSON. Zeros, and what has a column of its own, are left out. */
export interface FiringState {
  readonly executions?: number | undefined
  readonly attempt?: number | undefined
  readonly errors?: number | undefined
  readonly lastError?: string | undefined
  readonly lastRunAt?: number | undefined
  readonly completedAt?: number | undefined
  readonly updatedAt: number
  readonly place: StoredPlace
  /** The newest run: the one under way while leased, else the one that ended last. */
  readonly run?: StoredRun | undefined
}

/** A place without what has a column of its own. */
export type StoredPlace =
  | Exclude<Place, { readonly kind: 'leased' | 'ended' | 'gone' }>
  | ({ readonly kind: 'leased' } & Omit<Lease, 'run'>)
  | { readonly kind: 'ended'; readonly endedAt: number; readonly error?: string | undefined }

/** A run without what its firing tells. */
export type StoredRun = Omit<RunRecord, 'id' | 'jobId' | 'progress'>
