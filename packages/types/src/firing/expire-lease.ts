import { finishTakenBack } from './cancel.ts'
import { finishRun } from './finish.ts'
import type { Firing, LeasedFiring } from './firing.ts'
import { type Move, moveTo, placeOf } from './move.ts'
import { toFront } from './release.ts'
import { die, failedAttempt } from './settle.ts'
import { tell } from './tell.ts'

/**
 * Reclaims a firing whose lease has expired. A started run is a failed attempt: the firing goes to the front of its
 * line without backoff, or dies when that was its last attempt. A run not started does not count.
 *
 * @throws IllegalMoveError when it is not leased.
 */
export function expireLease(firing: Firing, now: number): Move {
  placeOf(firing, 'leased', 'retrying')
  const held = firing as LeasedFiring
  const { lease } = held.place
  if (lease.cancel !== undefined) return finishTakenBack(held, lease.cancel.reason, now)
  return lease.run.status === 'claimed' ? reclaimUnstarted(held, now) : reclaimStarted(held, now)
}

/** The error of a run whose node was lost. */
export function crashText(nodeId: string): string {
  return `node ${nodeId} crashed or became unresponsive`
}

function reclaimUnstarted(firing: LeasedFiring, now: number): Move {
  const waiting = toFront(firing, now)
  const told = { run: firing.place.lease.run }
  return { kind: 'moved', firing: waiting, events: [tell('job.auto_recovered', waiting, told)] }
}

function reclaimStarted(firing: LeasedFiring, now: number): Move {
  const { lease } = firing.place
  const error = crashText(lease.nodeId)
  const run = finishRun(lease.run, 'failed', now, error)
  const changes = failedAttempt(firing, error)
  if (firing.attempt + 1 >= lease.maxAttempts) return die(firing, { run, error, changes }, now)

  const retrying = moveTo(firing, 'retrying', { kind: 'line', end: 'front', claimableAt: now }, now, changes)
  const events = [tell('job.failed', retrying, { run, error }), tell('job.auto_recovered', retrying, { run })]
  return { kind: 'moved', firing: retrying, events, finishedRun: run }
}
