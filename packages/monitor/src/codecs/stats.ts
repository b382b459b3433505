import type { Stats } from '@dureq/client'

/** The counts of the dashboard; statuses that nothing has are left out. */
export interface StatsWire {
  readonly job_counts: Readonly<Record<string, number>>
  readonly workflow_counts: Readonly<Record<string, number>>
  readonly batch_counts: Readonly<Record<string, number>>
  readonly active_schedules: number
  readonly active_runs: number
  readonly active_nodes: number
  readonly active_workflows: number
  readonly active_batches: number
}

/** Writes the counts. */
export function encodeStats(stats: Stats): StatsWire {
  return {
    job_counts: aboveZero(stats.jobCounts),
    workflow_counts: aboveZero(stats.workflowCounts),
    batch_counts: aboveZero(stats.batchCounts),
    active_schedules: stats.activeSchedules,
    active_runs: stats.jobCounts.running,
    active_nodes: stats.activeNodes,
    active_workflows: stats.activeWorkflows,
    active_batches: stats.activeBatches,
  }
}

function aboveZero(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}
