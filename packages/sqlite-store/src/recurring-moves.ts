import { type Firing, type JobResult, type JsonText, KEPT_FIRINGS, tell } from '@dureq/types'
import { type FiringKey, firingKeyOf } from './firing-time.ts'
import { applyMove, finishFiring, noteNextMove, removeStored } from './moves.ts'
import { type RecurringJob, replaceJob, tellOfJob } from './recurring-book.ts'
import { firingsStanding, firstEnded, forgetFiring, type JobName, noteStanding } from './recurring-rows.ts'
import { type Standing, standingOf } from './standing.ts'
import type { FiringFollower, Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'
import { countOf, tallyOne, unfinishedOf } from './tally.ts'

/** What changes of a recurring job with its firings. */
export const recurringFollower: FiringFollower = { moved: followMove, removed: followRemoval }

/** What the move of a firing means for its job: its status, the held firings, its own end. */
function followMove(step: Step, { firing }: StoredFiring, before: Firing): void {
  const from = standingOf(before)
  const to = standingOf(firing)
  // A lease that is prolonged is no move.
  if (from === to && firing.updatedAt === before.updatedAt) return
  const job = step.recurring.get(step, firing.job.id)
  if (job === undefined) return
  const key = firingKeyOf(firing.id)
  if (from !== to) {
    const ended = isEnd(to) ? ++step.numbers.ticket : null
    noteStanding(step.db, job.stored.seq, { ...key, standing: to, ended })
    tallyOne(job.tally, from, -1)
    tallyOne(job.tally, to, 1)
  }
  showFiring(job, firing, key)
  if (from !== to && isEnd(to)) followEnd(step, job, to)
}

/** Lets the record of a job show a firing, if none is newer. */
export function showFiring(job: RecurringJob, firing: Firing, { at }: FiringKey): void {
  const { tally, stored } = job
  job.isChanged = true
  if (tally.newestAt === null || at >= tally.newestAt) {
    tally.newestAt = at
    const { attempt, consecutiveErrors } = firing
    stored.firing = { ...stored.firing, attempt, consecutiveErrors }
  }
  if (hasRun(firing) && (tally.ranAt === null || at >= tally.ranAt)) {
    tally.ranAt = at
    const { lastError, lastRunAt = stored.firing.lastRunAt } = firing
    stored.firing = { ...stored.firing, lastError, lastRunAt }
  }
}

/** One that missed its start has an error without ever having run. */
function hasRun({ lastRunAt, lastError }: Firing): boolean {
  return lastRunAt !== undefined || lastError !== undefined
}

/** What the removal of an ended firing means for its job. */
function followRemoval(step: Step, firing: Firing): void {
  const job = step.recurring.get(step, firing.job.id)
  forgetFiring(step.db, job?.stored.seq ?? seqOf(step, firing.job.id), firingKeyOf(firing.id))
  if (job === undefined) return
  tallyOne(job.tally, standingOf(firing), -1)
  job.isChanged = true
}

/** The number of a job that has ended. */
function seqOf(step: Step, jobId: string): number {
  const [job] = step.firings.byIds([jobId])
  if (job === undefined) throw new TypeError(`firings of ${jobId} are left without it`)
  return job.seq
}

/** Number and id of a recurring job. */
export function nameOf({ stored }: RecurringJob): JobName {
  return { seq: stored.seq, id: stored.firing.id }
}

/** Ends a job whose schedule is over when none of its firings is left. */
export function endIfDone(step: Step, job: RecurringJob): void {
  const { over } = job.plan
  if (over === undefined || unfinishedOf(job.tally) > 0) return
  const { status, error } = over
  const result: JobResult<JsonText> = error === undefined ? { status } : { status, error }
  const { stored } = job
  const before = stored.firing
  step.recurring.close(step, job)
  step.recall.keys.left(stored.firing.job.concurrencyKeys ?? [], 'kept')
  replaceJob(step, stored, {
    ...stored.firing,
    status,
    place: { kind: 'ended', endedAt: step.now, result },
    completedAt: status === 'completed' ? step.now : undefined,
    updatedAt: step.now,
  })
  step.history.follow(step, stored, before)
  tellOfJob(step, job, { type: status === 'completed' ? 'job.completed' : 'job.cancelled', error })
  noteNextMove(step, stored.firing)
  finishFiring(step, stored)
}

function isEnd(standing: Standing): standing is keyof typeof KEPT_FIRINGS {
  return standing in KEPT_FIRINGS
}

function followEnd(step: Step, job: RecurringJob, end: keyof typeof KEPT_FIRINGS): void {
  trimEnded(step, job, end)
  if (job.isClearing) return
  releaseHeld(step, job)
  endIfDone(step, job)
}

/** A cap that was lowered takes effect over several ends where it is far below what is kept. */
const TRIMMED_AT_ONCE = 1_000

/** Lets the firings go that are too many. */
function trimEnded(step: Step, job: RecurringJob, end: keyof typeof KEPT_FIRINGS): void {
  const { firings: caps = KEPT_FIRINGS } = step.retention
  const tooMany = Math.min(countOf(job.tally, end) - caps[end], TRIMMED_AT_ONCE)
  if (tooMany <= 0) return
  const ids = firstEnded(step.db, nameOf(job), { standing: end, limit: tooMany })
  for (const stored of step.firings.byIds(ids)) if (stored !== undefined) removeStored(step, stored)
}

/** When none but held firings are left, the oldest of these may go. */
function releaseHeld(step: Step, job: RecurringJob): void {
  const held = countOf(job.tally, 'held')
  if (held === 0 || unfinishedOf(job.tally) > held) return
  const [stored] = step.firings.byIds(firingsStanding(step.db, nameOf(job), { standing: 'held', limit: 1 }))
  if (stored === undefined) return
  const place = { kind: 'line', end: 'back', claimableAt: step.now } as const
  const firing: Firing = { ...stored.firing, place, updatedAt: step.now }
  applyMove(step, stored, { kind: 'moved', firing, events: [tell('job.dispatched', firing)] })
}
