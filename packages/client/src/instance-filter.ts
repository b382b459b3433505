import { checkName, type Faults, type InstanceFilter, type NameKind, workflowStatuses } from '@dureq/types'

/** Adds a fault for everything that is wrong with a filter of workflows or batches. */
export function checkInstanceFilter(kind: NameKind): (filter: InstanceFilter, faults: Faults) => void {
  return ({ status, name }, faults) => {
    if (name !== undefined) checkName(kind, name, 'name', faults)
    if (status !== undefined && !workflowStatuses.includes(status))
      faults.add('status', `must be one of ${workflowStatuses.join(', ')}`)
  }
}
