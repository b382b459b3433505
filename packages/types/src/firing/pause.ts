import { isTerminalJobStatus } from '../job-status.ts'
import type { Firing } from './firing.ts'
import { type Move, moveTo, placeOf, type Refused, refused } from './move.ts'
import { tell } from './tell.ts'

/** Pauses a firing that waits, until somebody resumes it. What runs, is paused or has ended is refused. */
export function pauseFiring(firing: Firing, now: number): Move | Refused {
  const { status } = firing
  if (isTerminalJobStatus(status) || status === 'running' || status === 'paused') return refused(firing)
  const paused = moveTo(firing, 'paused', { kind: 'paused', pausedAt: now, resumeAt: undefined }, now)
  return { kind: 'moved', firing: paused, events: [tell('job.paused', paused)] }
}

/** Resumes a paused firing by hand. */
export function resumeFiring(firing: Firing, now: number): Move | Refused {
  return firing.status === 'paused' ? autoResumeFiring(firing, now) : refused(firing)
}

/**
 * Resumes a paused firing, its attempts anew: scheduled again when its own time lies ahead, else at the back of its
 * line.
 *
 * @throws IllegalMoveError when it is not paused.
 */
export function autoResumeFiring(firing: Firing, now: number): Move {
  placeOf(firing, 'paused', 'pending')
  const { schedule } = firing.job
  const anew = { attempt: 0, consecutiveErrors: 0 }
  if (schedule.type === 'ONE_TIME' && schedule.runAt > now) {
    const scheduled = moveTo(firing, 'scheduled', { kind: 'due', dueAt: schedule.runAt }, now, anew)
    return { kind: 'moved', firing: scheduled, events: [tell('job.resumed', scheduled)] }
  }
  const waiting = moveTo(firing, 'pending', { kind: 'line', end: 'back', claimableAt: now }, now, anew)
  return {
    kind: 'moved',
    firing: waiting,
    events: [tell('job.resumed', waiting), tell('job.dispatched', waiting)],
  }
}
