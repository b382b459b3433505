import { isTerminalJobStatus } from '../job-status.ts'
import type { Firing, Place } from './firing.ts'
import { type Move, type Refused, refused } from './move.ts'

/**
 * Lets the job of a firing that neither runs nor has ended ask for another handler version, or for none. One that waits
 * goes to the end of the line of that version.
 */
export function reassignFiring(firing: Firing, version: string | undefined, now: number): Move | Refused {
  if (isTerminalJobStatus(firing.status) || firing.status === 'running') return refused(firing)
  return { kind: 'moved', firing: { ...withVersion(firing, version), updatedAt: now }, events: [] }
}

/** The firing with its job asking for another version, joined anew to the end of its line where it stands in one. */
function withVersion(firing: Firing, version: string | undefined): Firing {
  const { version: _, ...job } = firing.job
  const place: Place = firing.place.kind === 'line' ? { ...firing.place, end: 'back' } : firing.place
  return { ...firing, job: version === undefined ? job : { ...job, version }, place }
}
