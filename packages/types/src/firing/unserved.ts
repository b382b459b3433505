import { finish } from './finish.ts'
import type { Firing, FiringJob } from './firing.ts'
import { type Move, placeOf } from './move.ts'
import { tell } from './tell.ts'

/** The error of a firing no live node took for as long as `Settings.unservedMs`. */
export function unservedText({ taskType, version }: Pick<FiringJob, 'taskType' | 'version'>): string {
  const text = `no handler registered for task type: ${taskType}`
  return version === undefined ? text : `${text} in version ${version}`
}

/**
 * Nobody has served its line for too long: it is dead, without a retry.
 *
 * @throws IllegalMoveError when it does not stand in a line.
 */
export function dieUnserved(firing: Firing, now: number): Move {
  placeOf(firing, 'line', 'dead')
  const error = unservedText(firing.job)
  return finish(
    firing,
    {
      result: { status: 'dead', error },
      changes: { lastError: error },
      events: (dead) => [tell('job.dead', dead, { error })],
    },
    now,
  )
}
