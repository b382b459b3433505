import type { Stats } from '@dureq/client'

/** The counts of the dashboard; statuses without jobs are left out. */
export interface StatsWire {
  readonly job_counts: Readonly<Record<string, number>>
  readonly active_schedules: number
  readonly active_runs: number
  readonly active_nodes: number
  readonly active_workflows: number
  readonly active_batches: number
}

/** Writes the counts. Workflows and batches are 0: this version has none. */
export function encodeStats({ jobCounts, activeSchedules, activeNodes }: Stats): StatsWire {
  return {
    job_counts: Object.fromEntries(Object.entries(jobCounts).filter(([, count]) => count > 0)),
    active_schedules: activeSchedules,
    active_runs: jobCounts.running,
    active_nodes: activeNodes,
    active_workflows: 0,
    active_batches: 0,
  }
}
