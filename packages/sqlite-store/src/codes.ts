import type { JobStatus } from '@dureq/types'

/** The statuses of firings by the number they are stored under. The order is part of the file format. */
const statusesByCode = [
  'pending',
  'scheduled',
  'running',
  'retrying',
  'paused',
  'completed',
  'dead',
  'cancelled',
  'failed',
] as const satisfies readonly JobStatus[]

const codesByStatus = Object.fromEntries(statusesByCode.map((status, code) => [status, code])) as Readonly<
  Record<JobStatus, number>
>

/** Firings of recurring jobs stand under numbers of their own, so that no listing of jobs meets them. */
export const OF_RECURRING = 16

/** The number the status of a firing of a recurring job is stored under. */
export function recurringStatusCode(status: JobStatus): number {
  return codesByStatus[status] + OF_RECURRING
}

/** The number a status is stored under. */
export function statusCode(status: JobStatus): number {
  return codesByStatus[status]
}

/** The status behind a stored number. */
export function statusOf(code: number): JobStatus {
  return statusesByCode[code % OF_RECURRING] as JobStatus
}

/** What an instant in `due_at` means. */
export const dueClass = {
  /** The firing moves, or is removed, at this instant. */
  exact: 0,
  /** It ended at this instant; the retention setting of its status says when it is removed. */
  completed: 1,
  dead: 2,
  cancelled: 3,
  /** Its lease expires at this instant. */
  lease: 4,
  /** Nothing moves it: it is a recurring job that runs, listed with the leases. */
  recurring: 5,
} as const

/** The names of the retention settings by due class. */
export const retainedClasses = ['completed', 'dead', 'cancelled'] as const

/** Where the pending recurring jobs stand, of which no claim takes: the number of no tier. */
export const RECURRING_TIER = 3
