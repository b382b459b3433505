import {
  type InstanceCount,
  isTerminalWorkflowStatus,
  type JobCount,
  type JobStatus,
  jobStatuses,
  type WorkflowStatus,
  workflowStatuses,
} from '@dureq/types'

/** How many jobs, workflows, schedules and nodes there are. */
export interface Stats {
  /** By status; every status is there. */
  readonly jobCounts: Readonly<Record<JobStatus, number>>
  /** By task type and status; only counts above 0. */
  readonly taskTypes: readonly JobCount[]
  /** Workflows by status, children included; every status is there. */
  readonly workflowCounts: Readonly<Record<WorkflowStatus, number>>
  /** By name and status; only counts above 0. */
  readonly workflowNames: readonly InstanceCount[]
  /** Workflows that have not ended. */
  readonly activeWorkflows: number
  /** Recurring jobs that have not ended. */
  readonly activeSchedules: number
  /** Nodes that live. */
  readonly activeNodes: number
}

/** The counts of all task types together. */
export function sumByStatus(counts: readonly JobCount[]): Stats['jobCounts'] {
  return sum(jobStatuses, counts)
}

/** What there is to say of the workflows of all names. */
export function countWorkflows(
  counts: readonly InstanceCount[],
): Pick<Stats, 'workflowCounts' | 'workflowNames' | 'activeWorkflows'> {
  const workflowCounts = sum(workflowStatuses, counts)
  const active = workflowStatuses.filter((status) => !isTerminalWorkflowStatus(status))
  const activeWorkflows = active.reduce((all, status) => all + workflowCounts[status], 0)
  return { workflowCounts, workflowNames: counts, activeWorkflows }
}

function sum<Status extends string>(
  statuses: readonly Status[],
  counts: readonly { readonly status: Status; readonly count: number }[],
): Record<Status, number> {
  const sums = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>
  for (const { status, count } of counts) sums[status] += count
  return sums
}
