import {
  type Firing,
  isRecurring,
  type JobDefinition,
  type Move,
  type Place,
  removeAt,
  removeFiring,
} from '@dureq/types'
import { dueOf, firstKeyOf, listedAtOf } from './firing-columns.ts'
import { freeRoom, takeRoom } from './flow.ts'
import { forgetRequest, freeKey } from './keys.ts'
import type { LineName } from './line-book.ts'
import { memberEndOf, type TaskNews } from './member-ends.ts'
import { forgetMemos } from './memo-rows.ts'
import { endedFirings } from './recurring-rows.ts'
import { archiveRun, trimRuns } from './run-archive.ts'
import type { Step } from './step.ts'
import { isOfRecurring, ownerOf, type StoredFiring } from './stored-firing.ts'

/** Stores a new job with its firing. */
export function addFiring(step: Step, definition: JobDefinition, move: Move): StoredFiring {
  const { firing } = move
  // Who joins the end of a line when he comes into being is the last in both orders, under one number.
  const isLast = firing.place.kind === 'line' && firing.place.end === 'back'
  const tier = isLast ? step.rules.tierOf(firing.job.priority) : null
  const seq = tier === null ? ++step.numbers.ticket : step.lines.join(lineOf(firing, tier), 'back')
  const stored: StoredFiring = {
    seq,
    uniqueKey: definition.uniqueKey,
    requestId: definition.requestId,
    owner: ownerOf(definition),
    tags: definition.tags,
    marks: 0,
    firing,
    lastRun: undefined,
    tier,
    pos: isLast ? seq : null,
    listedAt: listedAtOf(firing, undefined),
  }
  noteNextMove(step, firing)
  step.counts.add(firing.job.taskType, firing.status, 1)
  if (firing.job.concurrencyKeys !== undefined) step.recall.keys.joined(firing.job.concurrencyKeys, 'jobs')
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
  if (firing.place !== before.place) leavePlace(step, stored, firing.place)
  stored.firing = firing
  stored.listedAt = listedAt
  if (firing.place !== before.place) enterPlace(step, stored, before.place)
  if (firing.status !== before.status && !isOfRecurring(stored)) {
    step.counts.add(firing.job.taskType, before.status, -1)
    step.counts.add(firing.job.taskType, firing.status, 1)
  }
  if (move.finishedRun !== undefined) {
    stored.lastRun = move.finishedRun
    trimRuns(step.db, stored.seq, move.finishedRun)
  }
  const isHistory = move.finishedRun !== undefined || firing.place.kind === 'ended'
  if (isHistory || before.place.kind === 'ended') step.history.follow(step, stored, before, move.finishedRun)
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
  step.history.removed(step, stored)
  stored.firing = gone.firing
  step.firings.remove(stored)
  if (isOfRecurring(stored)) return step.follower.removed(step, firing)
  step.counts.add(firing.job.taskType, firing.status, -1)
  if (isRecurring(firing.job.schedule.type)) removeFiringsOf(step, stored)
  if (uniqueKey !== undefined) freeKey(step.db, uniqueKey, id)
  if (requestId !== undefined) forgetRequest(step.db, requestId, id)
  step.news.endedJobs.push(id)
}

/** Removes all firings of a recurring job that has ended. */
function removeFiringsOf(step: Step, job: StoredFiring): void {
  step.history.flush(step)
  step.firings.flush()
  for (const [type, code, count] of endedFirings(step.db, job.seq)) step.counts.addFirings(type, code, -count)
  step.firings.removeOf(job)
}

/** The line of a firing in a tier. */
export function lineOf(firing: Firing, tier: number): LineName {
  const { taskType: type, version = '' } = firing.job
  return { tier, type, version, key: firstKeyOf(firing) }
}

function leavePlace(step: Step, stored: StoredFiring, to: Place): void {
  const { firing, tier } = stored
  if (firing.place.kind === 'line' && tier !== null) {
    step.lines.leave(lineOf(firing, tier))
    stored.pos = null
  } else if (firing.place.kind === 'leased' && to.kind !== 'leased') freeRoom(step, stored)
  // What was leased is told apart by the tier it was taken from.
  if (to.kind !== 'leased') stored.tier = null
}

function enterPlace(step: Step, stored: StoredFiring, from: Place): void {
  const { firing, lastRun } = stored
  const { concurrencyKeys, priority } = firing.job
  if (firing.place.kind === 'line') {
    const tier = step.rules.tierOf(priority)
    stored.tier = tier
    stored.pos = step.lines.join(lineOf(firing, tier), firing.place.end)
  }
  if (firing.place.kind === 'leased' && from.kind !== 'leased') takeRoom(step, stored)
  if (firing.place.kind === 'leased' && lastRun !== undefined) {
    archiveRun(step.db, stored.seq, lastRun)
    stored.lastRun = undefined
  }
  if (concurrencyKeys !== undefined && (firing.place.kind === 'ended') !== (from.kind === 'ended')) {
    if (from.kind === 'ended') step.recall.keys.rejoined(concurrencyKeys)
    else step.recall.keys.left(concurrencyKeys, 'jobs')
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
  if (firing.status === 'completed') forgetMemos(step, stored)
  if (owner !== undefined) return step.instances.memberEnded(memberEndOf(stored, owner, news))
  if (isOfRecurring(stored)) return
  const at = removeAt(firing, step.retention)
  if (at !== undefined && at <= step.now) removeStored(step, stored)
}
