import {
  cancelFiring,
  type Firing,
  type FiringOutcome,
  isRecurring,
  type JobDefinition,
  type RecurringSchedule,
  recurringDefaults,
  type SkipReason,
  tell,
} from '@dureq/types'
import { type FiringKey, firingIdOf } from './firing-time.ts'
import { applyMove, lineOf, noteNextMove } from './moves.ts'
import { definitionOf, type RecurringJob } from './recurring-book.ts'
import { nameOf, showFiring } from './recurring-moves.ts'
import { hasFiring, noteFiring, unfinishedFirings } from './recurring-rows.ts'
import { standingOf } from './standing.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'
import { countOf, tallyOne, unfinishedOf } from './tally.ts'

/** One firing that is asked for. */
export interface FiringDraft extends FiringKey {
  /** It is late, and told so by a header. */
  readonly late: boolean
}

/** What became of a draft, with the reason where it was skipped. */
export type DraftOutcome = FiringOutcome & { readonly reason?: SkipReason }

/** Creates one firing, if the overlap policy allows and there is none of this time. */
export function fireOne(step: Step, job: RecurringJob, draft: FiringDraft): DraftOutcome {
  const { at } = draft
  const firingId = firingIdOf(job.stored.firing.id, draft)
  if (hasFiring(step.db, job.stored.seq, draft)) return { kind: 'existing', at, firingId }
  const reason = reasonToSkip(job)
  if (reason !== undefined) return { kind: 'skipped', at, firingId, reason }
  if (scheduleOf(job).overlapPolicy === 'REPLACE') clearFirings(step, job, 'replaced')
  const isHeld = overlaps(job)
  addFiringOf(step, job, { ...draft, isHeld })
  return { kind: isHeld ? 'held' : 'created', at, firingId }
}

/** Cancels all firings of a job that have not ended: those that run are asked to end. */
export function clearFirings(step: Step, job: RecurringJob, reason: string | undefined): void {
  const ids = unfinishedFirings(step.db, nameOf(job)).map(({ firingId }) => firingId)
  cancelFirings(step, job, { ids, reason })
}

/** Cancels firings of a job, none of which gives way to a held one. */
export function cancelFirings(
  step: Step,
  job: RecurringJob,
  { ids, reason }: { readonly ids: readonly string[]; readonly reason: string | undefined },
): void {
  job.isClearing = true
  for (const stored of step.firings.byIds(ids)) {
    const move = stored && cancelFiring(stored.firing, reason, step.now)
    if (stored === undefined || move?.kind !== 'moved') continue
    const { place } = stored.firing
    if (place.kind === 'leased') step.news.cancelNodes.add(place.lease.nodeId)
    applyMove(step, stored, move)
  }
  job.isClearing = false
}

/**
 * The schedule of a recurring job.
 *
 * @throws TypeError when it has none: only recurring jobs are in the book.
 */
function scheduleOf(job: RecurringJob): RecurringSchedule<number, number> {
  const { schedule } = definitionOf(job)
  if (!isRecurring(schedule.type)) throw new TypeError(`a job that is ${schedule.type} does not recur`)
  return schedule as RecurringSchedule<number, number>
}

function reasonToSkip(job: RecurringJob): SkipReason | undefined {
  const { overlapPolicy = recurringDefaults.overlapPolicy, bufferLimit = recurringDefaults.bufferLimit } =
    scheduleOf(job)
  if (unfinishedOf(job.tally) === 0) return undefined
  const held = countOf(job.tally, 'held')
  if (overlapPolicy === 'SKIP' || (overlapPolicy === 'BUFFER_ONE' && held > 0)) return 'overlap'
  return overlapPolicy === 'BUFFER_ALL' && held >= bufferLimit ? 'buffer-full' : undefined
}

/** Whether a new firing has to wait for others. */
function overlaps(job: RecurringJob): boolean {
  const { overlapPolicy = recurringDefaults.overlapPolicy } = scheduleOf(job)
  return overlapPolicy !== 'ALLOW_ALL' && unfinishedOf(job.tally) > 0
}

interface NewFiring extends FiringDraft {
  readonly isHeld: boolean
}

function addFiringOf(step: Step, job: RecurringJob, draft: NewFiring): void {
  const definition = definitionOfFiring(step, job, draft)
  const firing = newFiring(step, definition, draft)
  const isInLine = firing.place.kind === 'line'
  const tier = isInLine ? step.rules.tierOf(definition.priority) : null
  const ticket = tier === null ? ++step.numbers.ticket : step.lines.join(lineOf(firing, tier), 'back')
  const stored: StoredFiring = {
    seq: -ticket,
    uniqueKey: undefined,
    requestId: undefined,
    owner: undefined,
    tags: [],
    marks: 0,
    firing,
    lastRun: undefined,
    tier,
    pos: isInLine ? ticket : null,
    listedAt: null,
  }
  if (definition.concurrencyKeys !== undefined) step.recall.keys.joined(definition.concurrencyKeys, 'jobs')
  step.firings.add(stored, definition)
  noteNextMove(step, firing)
  const standing = standingOf(firing)
  noteFiring(step.db, job.stored.seq, { ...draft, seq: stored.seq, standing })
  tallyOne(job.tally, standing, 1)
  showFiring(job, firing, draft)
  if (isInLine) step.events.push(tell('job.dispatched', firing))
}

function newFiring({ now }: Step, job: JobDefinition, draft: NewFiring): Firing {
  return {
    id: firingIdOf(job.id, draft),
    job,
    status: 'pending',
    place: draft.isHeld ? { kind: 'held' } : { kind: 'line', end: 'back', claimableAt: now },
    executions: 0,
    attempt: 0,
    consecutiveErrors: 0,
    lastError: undefined,
    lastRunAt: undefined,
    completedAt: undefined,
    updatedAt: now,
  }
}

/** A firing states what its job does, but what the job alone holds: its keys, its payload, and how long it is kept. */
function definitionOfFiring({ now }: Step, job: RecurringJob, draft: FiringDraft): JobDefinition {
  const { uniqueKey: _, requestId: __, retainMs: ___, ...stated } = definitionOf(job)
  return {
    ...stated,
    payload: '',
    schedule: { type: 'ONE_TIME', runAt: draft.at },
    headers: {
      ...stated.headers,
      'x-dureq-scheduled-at': new Date(draft.at).toISOString(),
      'x-dureq-firing-id': firingIdOf(stated.id, draft),
      ...(draft.late && { 'x-dureq-backfill': 'true' }),
    },
    createdAt: now,
  }
}
