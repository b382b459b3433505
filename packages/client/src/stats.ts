import {
  type InstanceCount,
  isTerminalWorkflowStatus,
  type JobCount,
  type JobStatus,
  jobStatuses,
  type WorkflowStatus,
  workflowStatuses,
} from '@dureq/types'

/** How many jobs, workflows, batches, schedules and nodes there are. */
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
  /** Batches by status; every status is there. */
  readonly batchCounts: Readonly<Record<WorkflowStatus, number>>
  /** By name and status; only counts above 0. */
  readonly batchNames: readonly InstanceCount[]
  /** Batches that have not ended. */
  readonly activeBatches: number
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
  return { workflowCounts, workflowNames: counts, activeWorkflows: countActive(workflowCounts) }
}

/** What there is to say of the batches of all names. */
export function countBatches(
  counts: readonly InstanceCount[],
): Pick<Stats, 'batchCounts' | 'batchNames' | 'activeBatches'> {
  const batchCounts = sum(workflowStatuses, counts)
  return { batchCounts, batchNames: counts, activeBatches: countActive(batchCounts) }
}

function countActive(counts: Readonly<Record<WorkflowStatus, number>>): number {
  const active = workflowStatuses.filter((status) => !isTerminalWorkflowStatus(status))
  return active.reduce((all, status) => all + counts[status], 0)
}

function sum<Status extends string>(
  statuses: readonly Status[],
  counts: readonly { readonly status: Status; readonly count: number }[],
): Record<Status, number> {
  const sums = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>
  for (const { status, count } of counts) sums[status] += count
  return sums
}
