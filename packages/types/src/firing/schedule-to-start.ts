import { finish } from './finish.ts'
import type { Firing } from './firing.ts'
import { type Move, placeOf } from './move.ts'
import { tell } from './tell.ts'

/** The error of a firing that was not started in time. */
export const missedStartText = 'dureq: schedule-to-start timeout exceeded'

/** When a claimable firing will have waited too long to be started; undefined where nothing limits its wait. */
export function startDeadline(firing: Firing): number | undefined {
  const { scheduleToStartTimeoutMs: timeoutMs } = firing.job
  if (firing.place.kind !== 'line' || timeoutMs === undefined) return undefined
  return firing.place.claimableAt + timeoutMs
}

/**
 * It has waited too long in its line: it is dead, without a retry.
 *
 * @throws IllegalMoveError when it does not stand in a line.
 */
export function missStart(firing: Firing, now: number): Move {
  placeOf(firing, 'line', 'dead')
  const error = missedStartText
  return finish(
    firing,
    {
      result: { status: 'dead', error },
      changes: { lastError: error },
      events: (dead) => [
        tell('job.schedule_to_start_timeout', dead, { error }),
        tell('job.dead', dead, { error }),
      ],
    },
    now,
  )
}
