import { isTerminalJobStatus } from '../job-status.ts'
import { finish, finishRun } from './finish.ts'
import type { Firing, LeasedFiring } from './firing.ts'
import { type Move, type Refused, refused } from './move.ts'
import { tell } from './tell.ts'

/**
 * Cancels a firing: at once where it waits; where it runs, the wish is recorded, and whatever its run reports later
 * ends it. A second wish changes nothing: the first reason stays.
 */
export function cancelFiring(firing: Firing, reason: string | undefined, now: number): Move | Refused {
  if (isTerminalJobStatus(firing.status)) return refused(firing)
  if (firing.place.kind === 'leased') return requestCancel(firing as LeasedFiring, reason, now)
  const error = cancelText(reason)
  return finish(
    firing,
    {
      result: { status: 'cancelled', error },
      events: (ended) => [tell('job.cancelled', ended, { error })],
    },
    now,
  )
}

function requestCancel(firing: LeasedFiring, reason: string | undefined, now: number): Move {
  const { lease } = firing.place
  if (lease.cancel !== undefined) return { kind: 'moved', firing, events: [] }
  const asked: Firing = {
    ...firing,
    place: { kind: 'leased', lease: { ...lease, cancel: { reason } } },
    updatedAt: now,
  }
  return { kind: 'moved', firing: asked, events: [] }
}

/** Ends the run and the firing `cancelled`; the execution counts, since it finished. */
export function finishCancelled(firing: LeasedFiring, reason: string | undefined, now: number): Move {
  const error = cancelText(reason)
  const run = finishRun(firing.place.lease.run, 'cancelled', now, error)
  return finish(
    firing,
    {
      result: { status: 'cancelled', error },
      changes: { attempt: firing.attempt + 1, lastRunAt: now },
      run,
      events: (ended) => [tell('job.cancelled', ended, { run, error })],
    },
    now,
  )
}

/** Ends a leased firing that was asked to be cancelled when its lease is taken back: a run not started never was. */
export function finishTakenBack(firing: LeasedFiring, reason: string | undefined, now: number): Move {
  const { run } = firing.place.lease
  if (run.status !== 'claimed') return finishCancelled(firing, reason, now)
  const error = cancelText(reason)
  return finish(
    firing,
    {
      result: { status: 'cancelled', error },
      run,
      events: (ended) => [tell('job.cancelled', ended, { run, error })],
    },
    now,
  )
}

/** The error of whatever is cancelled: the reason, or `cancelled` where none was given. */
export function cancelText(reason: string | undefined): string {
  return reason === undefined || reason === '' ? 'cancelled' : reason
}
