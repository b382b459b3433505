import type { JobEvent } from '../event.ts'
import type { RunRecord } from '../run.ts'
import type { RunOutcome } from '../store/runs.ts'
import { finishCancelled } from './cancel.ts'
import { tellStarted } from './claim.ts'
import { finish, finishRun } from './finish.ts'
import type { Firing, LeasedFiring, Place } from './firing.ts'
import { isHeld } from './lease.ts'
import { type Changes, type Lost, lost, type Move, moveTo } from './move.ts'
import { tell } from './tell.ts'

type Outcome<Kind extends RunOutcome['kind']> = Extract<RunOutcome, { readonly kind: Kind }>

/**
 * Ends a run as its worker reports it. Whatever that is, a firing that was asked to be cancelled ends `cancelled`. A run
 * that was still claimed has been executed all the same, so its start is told first.
 */
export function settleFiring(firing: Firing, outcome: RunOutcome, now: number): Move | Lost {
  if (!isHeld(firing, outcome.token)) return lost
  const move = endRun(firing, outcome, now)
  const { run } = firing.place.lease
  if (run.status !== 'claimed') return move
  return { ...move, events: [{ ...tellStarted(firing, run), timestamp: now }, ...move.events] }
}

function endRun(firing: LeasedFiring, outcome: RunOutcome, now: number): Move {
  const { cancel } = firing.place.lease
  if (cancel !== undefined) return finishCancelled(firing, cancel.reason, now)
  switch (outcome.kind) {
    case 'succeeded':
      return succeed(firing, outcome, now)
    case 'failed':
      return fail(firing, outcome, now)
    case 'repeated':
      return repeat(firing, outcome, now)
    case 'paused':
      return pauseItself(firing, outcome, now)
    case 'cancelled':
      return finishCancelled(firing, outcome.reason, now)
  }
}

function succeed(firing: LeasedFiring, outcome: Outcome<'succeeded'>, now: number): Move {
  const { output, skipped } = outcome
  const run = finishRun(firing.place.lease.run, 'succeeded', now)
  const told = skipped === undefined ? { run } : { run, error: withReason('skip', skipped) }
  return finish(
    firing,
    {
      result: output === undefined ? { status: 'completed' } : { status: 'completed', output },
      changes: {
        attempt: firing.attempt + 1,
        consecutiveErrors: 0,
        lastError: undefined,
        lastRunAt: now,
        completedAt: now,
      },
      run,
      events: (ended) => [tell('job.completed', ended, told)],
    },
    now,
  )
}

function fail(firing: LeasedFiring, outcome: Outcome<'failed'>, now: number): Move {
  const { status, error, stack, then } = outcome
  const finished = finishRun(firing.place.lease.run, status, now, error)
  const run = stack === undefined ? finished : { ...finished, stack }
  const changes = { ...failedAttempt(firing, error), lastRunAt: now }
  switch (then.do) {
    case 'retry':
      return retryAfter(firing, { run, error, changes, delayMs: then.delayMs }, now)
    case 'die':
      return die(firing, { run, error, changes }, now)
    case 'pause': {
      const place = pausedFor(then.resumeAfterMs, now)
      const paused = moveTo(firing, 'paused', place, now, changes)
      const told = { run, error }
      const events = [tell('job.failed', paused, told), tell('job.paused', paused, told)]
      return { kind: 'moved', firing: paused, events, finishedRun: run }
    }
  }
}

/** An attempt that has failed, with the run it was. */
export interface FailedAttempt {
  readonly run: RunRecord
  readonly error: string
  readonly changes: Changes
}

/** What every failed attempt changes. */
export function failedAttempt(firing: Firing, error: string): Changes {
  return {
    attempt: firing.attempt + 1,
    consecutiveErrors: firing.consecutiveErrors + 1,
    lastError: error,
  }
}

/** The last attempt has failed. */
export function die(firing: Firing, { run, error, changes }: FailedAttempt, now: number): Move {
  const events = (dead: Firing): JobEvent[] => [
    tell('job.failed', dead, { run, error }),
    tell('job.dead', dead, { run, error }),
  ]
  return finish(firing, { result: { status: 'dead', error }, changes, run, events }, now)
}

function retryAfter(
  firing: Firing,
  { run, error, changes, delayMs }: FailedAttempt & { readonly delayMs: number },
  now: number,
): Move {
  const atOnce = delayMs <= 0
  const place: Place = atOnce
    ? { kind: 'line', end: 'front', claimableAt: now }
    : { kind: 'due', dueAt: now + delayMs }
  const retrying = moveTo(firing, 'retrying', place, now, changes)
  const events = [tell('job.failed', retrying, { run, error }), tell('job.retrying', retrying, { run })]
  if (atOnce) events.push(tell('job.dispatched', retrying, { run }))
  return { kind: 'moved', firing: retrying, events, finishedRun: run }
}

function repeat(firing: LeasedFiring, { delayMs }: Outcome<'repeated'>, now: number): Move {
  const run = finishRun(firing.place.lease.run, 'succeeded', now)
  const again =
    delayMs <= 0
      ? moveTo(firing, 'pending', { kind: 'line', end: 'back', claimableAt: now }, now, { lastRunAt: now })
      : moveTo(firing, 'scheduled', { kind: 'due', dueAt: now + delayMs }, now, { lastRunAt: now })
  const type = delayMs <= 0 ? 'job.dispatched' : 'job.scheduled'
  return { kind: 'moved', firing: again, events: [tell(type, again, { run })], finishedRun: run }
}

function pauseItself(firing: LeasedFiring, outcome: Outcome<'paused'>, now: number): Move {
  const { reason, resumeAfterMs } = outcome
  const error = withReason('pause', reason)
  const run = finishRun(firing.place.lease.run, 'failed', now, error)
  const lastError = reason === undefined || reason === '' ? firing.lastError : reason
  const paused = moveTo(firing, 'paused', pausedFor(resumeAfterMs, now), now, { lastRunAt: now, lastError })
  return {
    kind: 'moved',
    firing: paused,
    events: [tell('job.paused', paused, { run, error })],
    finishedRun: run,
  }
}

function pausedFor(resumeAfterMs: number | undefined, now: number): Place {
  return {
    kind: 'paused',
    pausedAt: now,
    resumeAt: resumeAfterMs === undefined ? undefined : now + resumeAfterMs,
  }
}

function withReason(word: string, reason: string | undefined): string {
  return reason === undefined || reason === '' ? word : `${word}: ${reason}`
}
