import type { RunRecord } from '../run.ts'
import { assertRunTransition } from '../run-moves.ts'
import type { Beat, BeatOutcome } from '../store/runs.ts'
import { tellStarted } from './claim.ts'
import type { Firing, Lease, LeasedFiring } from './firing.ts'
import { type Lost, lost, type Move } from './move.ts'

/** Whether a firing is leased under this token (I2). */
export function isHeld(firing: Firing, token: string): firing is LeasedFiring {
  return firing.place.kind === 'leased' && firing.place.lease.token === token
}

/** What a live lease answers to a beat. */
export function beatOutcome(lease: Lease): Exclude<BeatOutcome, 'lost'> {
  return lease.cancel === undefined ? 'live' : 'cancelRequested'
}

/** Prolongs a lease, keeps the progress, and lets a claimed run start. A mere prolongation is no move. */
export function beatFiring(firing: Firing, message: Beat, now: number): Move | Lost {
  if (!isHeld(firing, message.token)) return lost
  const { lease } = firing.place
  const starts = message.started === true && lease.run.status === 'claimed'
  const run = beatRun(starts ? startRun(lease.run, now) : lease.run, message, now)
  const held: Firing = {
    ...firing,
    place: { kind: 'leased', lease: { ...lease, until: now + message.leaseMs, run } },
    updatedAt: starts ? now : firing.updatedAt,
  }
  return { kind: 'moved', firing: held, events: starts ? [tellStarted(held, run)] : [] }
}

function startRun(run: RunRecord, now: number): RunRecord {
  assertRunTransition(run.status, 'running')
  return { ...run, status: 'running', startedAt: now }
}

function beatRun(run: RunRecord, { progress }: Beat, now: number): RunRecord {
  return progress === undefined
    ? { ...run, lastHeartbeatAt: now }
    : { ...run, lastHeartbeatAt: now, progress }
}
