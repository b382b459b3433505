import {
  auditTrail,
  type JobRecord,
  type JobStatus,
  present,
  type RunRecord,
  type RunStatus,
} from '@dureq/types'

/** Something that happened to a task of a workflow. */
export interface AuditEntry {
  readonly taskName: string
  readonly jobId: string
  /** Tells entries apart: the run it is about, or the job. */
  readonly id: string
  /** The status that the job or the run took on. */
  readonly status: JobStatus | RunStatus
  readonly error?: string
  /** When, epoch milliseconds. */
  readonly timestamp: number
}

/** The trail of one job, computed from its record and its runs, oldest first. */
export function trailOf(taskName: string, job: JobRecord, runs: readonly RunRecord[]): readonly AuditEntry[] {
  return auditTrail(job, runs, []).flatMap(({ id, status, error, timestamp }) =>
    status === undefined ? [] : [{ taskName, jobId: job.id, id, status, timestamp, ...present({ error }) }],
  )
}
