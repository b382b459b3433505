import { type Firing, isRecurring, type JobDefinition, type Move, removeAt, removeFiring } from '@dureq/types'
import { tierCode } from './codes.ts'
import { dueOf, listedAtOf } from './firing-columns.ts'
import { forgetRequest, freeKey } from './keys.ts'
import type { LineName } from './lines.ts'
import { memberEndOf, type TaskNews } from './member-ends.ts'
import { archiveRun, trimRuns } from './run-archive.ts'
import type { Step } from './step.ts'
import { isOfRecurring, ownerOf, type StoredFiring } from './stored-firing.ts'

/** Stores a new job with its firing. */
export function addFiring(step: Step, definition: JobDefinition, move: Move): StoredFiring {
  const { firing } = move
  // Who joins the end of a line when he comes into being is the last in both orders, under one number.
  const isLast = firing.place.kind === 'line' && firing.place.end === 'back'
  const seq = isLast ? step.lines.join(lineOf(firing), 'back') : ++step.numbers.ticket
  const stored: StoredFiring = {
    seq,
    uniqueKey: definition.uniqueKey,
    requestId: definition.requestId,
    owner: ownerOf(definition),
    firing,
    lastRun: undefined,
    pos: isLast ? seq : null,
    listedAt: listedAtOf(firing, undefined),
  }
  noteNextMove(step, firing)
  step.counts.add(firing.job.taskType, firing.status, 1)
  step.firings.add(stored, definition)
  step.events.push(...move.events)
  return stored
}

/** A move, and what else the instance of a member is told when it ends that. */
export type ToldMove = Move & { readonly news?: TaskNews | undefined }

/**
 * Carries a move out: the one way in which a stored firing changes. With it change its line, the counters, the log,
 * its runs and, when it ends, its unique key; who waits for any of that is told after the step.
 */
export function applyMove(step: Step, stored: StoredFiring, move: ToldMove): void {
  const { firing: before } = stored
  const { firing } = move
  if (firing === before) return
  const listedAt = listedAtOf(firing, stored)
  if (firing.place !== before.place) leavePlace(step, stored)
  stored.firing = firing
  stored.listedAt = listedAt
  if (firing.place !== before.place) enterPlace(step, stored)
  if (firing.status !== before.status && !isOfRecurring(stored)) {
    step.counts.add(firing.job.taskType, before.status, -1)
    step.counts.add(firing.job.taskType, firing.status, 1)
  }
  if (move.finishedRun !== undefined) {
    stored.lastRun = move.finishedRun
    trimRuns(step.db, stored.seq, move.finishedRun)
  }
  step.events.push(...move.events)
  step.firings.changed(stored)
  if (move.ended !== undefined) {
    step.ended.push(move.ended)
    finishFiring(step, stored, move.news)
  }
  if (isOfRecurring(stored)) step.follower.moved(step, stored, before)
}

/** Removes a firing that has ended, and its job, with every trace (I9). */
export function removeStored(step: Step, stored: StoredFiring): void {
  const { firing, uniqueKey, requestId } = stored
  const { id } = firing.job
  const gone = removeFiring(firing, step.now)
  if (gone.kind === 'refused') throw new TypeError(`a ${gone.status} firing cannot be removed`)
  stored.firing = gone.firing
  step.firings.remove(stored)
  if (isOfRecurring(stored)) return step.follower.removed(step, firing)
  step.counts.add(firing.job.taskType, firing.status, -1)
  if (isRecurring(firing.job.schedule.type)) step.firings.removeOf(stored)
  if (uniqueKey !== undefined) freeKey(step.db, uniqueKey, id)
  if (requestId !== undefined) forgetRequest(step.db, requestId, id)
  step.news.endedJobs.push(id)
}

/** The line a claimable firing stands in. */
export function lineOf({ job }: Firing): LineName {
  return { tier: tierCode(job.priority), type: job.taskType, version: job.version ?? '' }
}

function leavePlace(step: Step, stored: StoredFiring): void {
  if (stored.firing.place.kind !== 'line') return
  step.lines.leave(lineOf(stored.firing))
  stored.pos = null
}

function enterPlace(step: Step, stored: StoredFiring): void {
  const { firing, lastRun } = stored
  if (firing.place.kind === 'line') stored.pos = step.lines.join(lineOf(firing), firing.place.end)
  if (firing.place.kind === 'leased' && lastRun !== undefined) {
    archiveRun(step.db, stored.seq, lastRun)
    stored.lastRun = undefined
  }
  noteNextMove(step, firing)
}

/** Sees to it that somebody looks when time alone moves a firing. */
export function noteNextMove(step: Step, firing: Firing): void {
  const at = nextMoveOf(step, firing)
  if (at !== undefined) step.news.dueAt = Math.min(step.news.dueAt, at)
}

/** When time alone will move a firing or remove it; what is not kept at all is removed by this step itself. */
function nextMoveOf(step: Step, firing: Firing): number | undefined {
  if (firing.place.kind !== 'ended') return dueOf(firing)?.at
  const at = firing.id === firing.job.id ? removeAt(firing, step.retention) : undefined
  return at !== undefined && at > step.now ? at : undefined
}

/** What comes with an end: the unique key is free, who waits for it is told, and what is not kept goes. */
export function finishFiring(step: Step, stored: StoredFiring, news?: TaskNews): void {
  const { firing, uniqueKey, owner } = stored
  if (uniqueKey !== undefined) freeKey(step.db, uniqueKey, firing.job.id)
  step.news.endedJobs.push(firing.id)
  if (owner !== undefined) return step.instances.memberEnded(memberEndOf(stored, owner, news))
  if (isOfRecurring(stored)) return
  const at = removeAt(firing, step.retention)
  if (at !== undefined && at <= step.now) removeStored(step, stored)
}
