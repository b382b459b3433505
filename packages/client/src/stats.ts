import { type JobCount, type JobStatus, jobStatuses } from '@dureq/types'

/** How many jobs, schedules and nodes there are. */
export interface Stats {
  /** By status; every status is there. */
  readonly jobCounts: Readonly<Record<JobStatus, number>>
  /** By task type and status; only counts above 0. */
  readonly taskTypes: readonly JobCount[]
  /** Recurring jobs that have not ended. */
  readonly activeSchedules: number
  /** Nodes that live. */
  readonly activeNodes: number
}

/** The counts of all task types together. */
export function sumByStatus(counts: readonly JobCount[]): Stats['jobCounts'] {
  const sums = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<JobStatus, number>
  for (const { status, count } of counts) sums[status] += count
  return sums
}
