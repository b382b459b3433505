import { isTerminalJobStatus } from '../job-status.ts'
import type { Firing } from './firing.ts'
import { type Move, type Refused, refused } from './move.ts'

/** Lets the job of a firing that neither runs nor has ended have another payload, which the next claim sees. */
export function updateFiringPayload(firing: Firing, now: number): Move | Refused {
  if (isTerminalJobStatus(firing.status) || firing.status === 'running') return refused(firing)
  return { kind: 'moved', firing: { ...firing, updatedAt: now }, events: [] }
}
