import { finishTakenBack } from './cancel.ts'
import { finishRun } from './finish.ts'
import type { Firing, LeasedFiring } from './firing.ts'
import { isHeld } from './lease.ts'
import { type Lost, lost, type Move, moveTo } from './move.ts'

/**
 * Takes a lease back without using an attempt: the firing goes to the front of its line, or ends `cancelled` when
 * that was asked for. A run that had not started leaves no record.
 */
export function releaseFiring(firing: Firing, token: string, now: number): Move | Lost {
  if (!isHeld(firing, token)) return lost
  const { lease } = firing.place
  if (lease.cancel !== undefined) return finishTakenBack(firing, lease.cancel.reason, now)
  const waiting = toFront(firing, now)
  if (lease.run.status === 'claimed') return { kind: 'moved', firing: waiting, events: [] }
  const run = finishRun(lease.run, 'cancelled', now, 'handed back')
  return { kind: 'moved', firing: waiting, events: [], finishedRun: run }
}

/** The firing back at the front of its line, its run not counted. */
export function toFront(firing: LeasedFiring, now: number): Firing {
  return moveTo(firing, 'pending', { kind: 'line', end: 'front', claimableAt: now }, now)
}
