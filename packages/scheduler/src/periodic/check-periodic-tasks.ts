import type { Faults, PeriodicTaskConfig } from '@dureq/types'
import { readWantedTasks } from './wanted-tasks.ts'

/** Adds a fault for everything that keeps a list of periodic tasks from being followed, such as `<field>[0].cronExpr`. */
export function checkPeriodicTasks(
  tasks: readonly PeriodicTaskConfig[],
  { now, field }: { readonly now: number; readonly field: string },
  faults: Faults,
): void {
  for (const fault of readWantedTasks(tasks, now).faults) {
    faults.add(field + fault.field, fault.problem, fault.limit)
  }
}
