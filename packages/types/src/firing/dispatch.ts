import type { Firing } from './firing.ts'
import { type Move, moveTo, placeOf } from './move.ts'
import { tell } from './tell.ts'

/**
 * Its time has come: a scheduled firing joins the back of its line, a retry the front.
 *
 * @throws IllegalMoveError when it does not wait for a time.
 */
export function dispatchFiring(firing: Firing, now: number): Move {
  placeOf(firing, 'due', 'pending')
  const due: Firing =
    firing.status === 'retrying'
      ? { ...firing, place: { kind: 'line', end: 'front', claimableAt: now }, updatedAt: now }
      : moveTo(firing, 'pending', { kind: 'line', end: 'back', claimableAt: now }, now)
  return { kind: 'moved', firing: due, events: [tell('job.dispatched', due)] }
}
