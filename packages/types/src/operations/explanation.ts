import type { JobRecord } from '../job.ts'
import type { JobStatus } from '../job-status.ts'
import type { KeyHolder, KeyUsage, TaskTypeUsage, TierUsage } from './usage.ts'

/** What the store knows of why a firing is where it is (`inspector.standing`). */
export interface Standing {
  /** The job, or the firing that was asked for; of a recurring job the job. */
  readonly record: JobRecord
  /** Of a recurring job: its unfinished firings, oldest first, at most 10. */
  readonly unfinished?: readonly JobRecord[]
  /** The lease, while there is one. */
  readonly lease?: KeyHolder & {
    readonly claimedAt: number
    readonly expiresAt: number
    readonly started: boolean
  }
  /** It was asked to be cancelled and still runs: why. */
  readonly cancelRequested?: string
  /** Kept back by its overlap policy. */
  readonly held?: true
  /** While it stands in a line: its tier, its type, how many stand in the same line. */
  readonly tier?: TierUsage
  readonly taskType?: TaskTypeUsage
  readonly inLine?: number
  /** Of a waiting job: its concurrency keys. */
  readonly keys: readonly KeyUsage[]
  /** The store's clock. */
  readonly now: number
}

/** One reason why a job is not running, with the data behind it. */
export type WaitReason =
  | { readonly kind: 'ended'; readonly status: JobStatus; readonly error?: string }
  | { readonly kind: 'running'; readonly holder: KeyHolder; readonly since: number }
  | { readonly kind: 'claimed'; readonly holder: KeyHolder; readonly since: number }
  | { readonly kind: 'cancelling'; readonly holder: KeyHolder; readonly reason: string }
  | { readonly kind: 'delayed'; readonly until: number }
  | { readonly kind: 'retrying'; readonly until: number; readonly attempt: number; readonly error?: string }
  | { readonly kind: 'paused'; readonly resumeAt?: number }
  | { readonly kind: 'schedulePaused' }
  | { readonly kind: 'betweenFirings'; readonly nextRunAt?: number }
  | { readonly kind: 'held'; readonly behind: readonly string[] }
  | { readonly kind: 'firing'; readonly firingId: string; readonly reasons: readonly WaitReason[] }
  | { readonly kind: 'tierPaused'; readonly tier: string }
  | { readonly kind: 'taskTypePaused'; readonly taskType: string }
  | { readonly kind: 'noNode'; readonly taskType: string }
  | { readonly kind: 'noVersion'; readonly version: string; readonly served: readonly string[] }
  | { readonly kind: 'draining'; readonly nodes: readonly string[] }
  | {
      readonly kind: 'keyFull'
      readonly key: string
      readonly limit: number
      readonly holders: readonly KeyHolder[]
    }
  | { readonly kind: 'typeFull'; readonly taskType: string; readonly limit: number; readonly running: number }
  | { readonly kind: 'tierFull'; readonly tier: string; readonly limit: number; readonly running: number }
  | {
      readonly kind: 'rateLimited'
      readonly of: 'tier' | 'taskType' | 'key'
      readonly name: string
      readonly until: number
    }
  | { readonly kind: 'throttled'; readonly key: string; readonly until: number }
  | { readonly kind: 'nodesBusy'; readonly nodes: readonly string[] }
  | { readonly kind: 'inLine'; readonly waiting: number; readonly since: number }

/** Why a job is not running, or what it does. */
export interface Explanation {
  readonly jobId: string
  readonly status: JobStatus
  /** In plain words, one sentence for each reason, joined. */
  readonly text: string
  /** The most decisive one first; never empty. */
  readonly reasons: readonly WaitReason[]
}
