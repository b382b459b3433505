import { isTerminalJobStatus } from '../job-status.ts'
import type { Retention } from '../settings/retention.ts'
import type { Firing, FiringJob } from './firing.ts'
import { type Move, type Refused, refused } from './move.ts'

/** Removes an ended firing, with every trace (I9). */
export function removeFiring(firing: Firing, now: number): Move | Refused {
  if (!isTerminalJobStatus(firing.status)) return refused(firing)
  return { kind: 'moved', firing: { ...firing, place: { kind: 'gone' }, updatedAt: now }, events: [] }
}

/**
 * When retention removes an ended firing: at its end plus the time its job asks for, else the time the settings give
 * its status. At or before its end means in the step that ends it. Undefined while it has not
 * ended, and for a member of an instance, which goes with that.
 */
export function removeAt(firing: Firing, retention: Retention): number | undefined {
  if (firing.place.kind !== 'ended' || isMember(firing.job)) return undefined
  const { endedAt, result } = firing.place
  return endedAt + (firing.job.retainMs ?? retention[`${result.status}Ms`])
}

/** Whether a job is a member of an instance. */
function isMember({ workflowId, batchId }: FiringJob): boolean {
  return workflowId !== undefined || batchId !== undefined
}
