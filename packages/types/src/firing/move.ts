import { IllegalMoveError } from '../errors/refused-errors.ts'
import type { JobEvent } from '../event.ts'
import { assertJobTransition } from '../job-moves.ts'
import type { JobStatus } from '../job-status.ts'
import type { RunRecord } from '../run.ts'
import type { EndedFiring } from '../store/ended.ts'
import type { Firing, Place } from './firing.ts'

/** What a rule decided: the firing as it now is, with everything that must be stored in the same step. */
export interface Move {
  readonly kind: 'moved'
  /** `firing.place` says where it now stands. */
  readonly firing: Firing
  /** In the order in which they are written. */
  readonly events: readonly JobEvent[]
  /** The record of the run this move ended, to be kept with the older ones. */
  readonly finishedRun?: RunRecord
  /** Given when this move ended the firing: what hooks are told. */
  readonly ended?: EndedFiring
}

/** The status forbids what was asked; nothing changes. */
export interface Refused {
  readonly kind: 'refused'
  readonly status: JobStatus
}

/** The token is not that of the present lease; nothing changes (I2). */
export interface Lost {
  readonly kind: 'lost'
}

/** The one answer to an old token. */
export const lost: Lost = { kind: 'lost' }

/** The answer to an order the present status forbids. */
export function refused(firing: Firing): Refused {
  return { kind: 'refused', status: firing.status }
}

/** What a move changes besides status and place. */
export type Changes = Partial<
  Pick<Firing, 'executions' | 'attempt' | 'consecutiveErrors' | 'lastError' | 'lastRunAt' | 'completedAt'>
>

/**
 * The firing after a move to another status.
 *
 * @throws IllegalMoveError when the table of moves does not allow it.
 */
export function moveTo(
  firing: Firing,
  status: JobStatus,
  place: Place,
  now: number,
  changes?: Changes,
): Firing {
  assertJobTransition(firing.status, status)
  return { ...firing, ...changes, status, place, updatedAt: now }
}

/**
 * The place of a firing that must stand in a place of this kind.
 *
 * @throws IllegalMoveError when it stands elsewhere: a bug of whoever asked for the move `to`.
 */
export function placeOf<Kind extends Place['kind']>(
  firing: Firing,
  kind: Kind,
  to: JobStatus,
): Extract<Place, { readonly kind: Kind }> {
  if (firing.place.kind !== kind) throw new IllegalMoveError('job', firing.status, to)
  return firing.place as Extract<Place, { readonly kind: Kind }>
}
