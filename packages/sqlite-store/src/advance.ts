import {
  type AdvanceReply,
  autoResumeFiring,
  type CallKey,
  dispatchFiring,
  expireLease,
  missStart,
  type RunRecord,
} from '@dureq/types'
import { forgetLanes, readLane, writeLane } from './call-lanes.ts'
import { dueClass, retainedClasses } from './codes.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import { trimEvents } from './event-log.ts'
import { flushFlow, settleKeys, wakeFlow } from './flow.ts'
import { cutDueGroups } from './group-instances.ts'
import { LOOK_AGAIN_MS } from './hub.ts'
import { forgetInstances } from './instance-requests.ts'
import { hasSlices, removeOldInstances, takeSlices } from './instance-slices.ts'
import { forgetRequests } from './keys.ts'
import { expireLocks } from './locks.ts'
import { applyMove, removeStored } from './moves.ts'
import { type NextInstant, nextInstant } from './next-instant.ts'
import { expireNodes, noteCrashes } from './node-table.ts'
import { readNumbers } from './numbers.ts'
import { goOn } from './piecewise-call.ts'
import { forgetSignalKeys } from './signal-rows.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'
import { forgetDays, readExcess, readTallyOf, tallyKind } from './tallies.ts'
import { ringTimers } from './timers.ts'
import { endUnserved } from './unserved.ts'

/** One transaction moves at most this many things. */
const PIECE = 250

/** How far an advance has come. */
interface Advanced {
  readonly moved: number
  readonly ended: readonly EndedNote[]
  /** The last transaction moved all it could find. */
  readonly over: boolean
}

/** Moves on what time alone moves: `RunsRole.advance`. */
export async function advanceTime(core: Core, call: CallKey, limit: number): Promise<AdvanceReply> {
  let so: Advanced = { moved: 0, ended: [], over: await core.read((db, now) => isQuiet(core, db, call, now)) }
  while (!so.over && so.moved < limit) {
    const before = so
    so = await goOn(before.moved > 0, () =>
      core.write({
        patience: 'ordinary',
        weight: Math.min(1, (limit - before.moved) / PIECE),
        work: (step) => advancePiece(step, call, before, limit),
      }),
    )
  }
  const { now, next } = await core.read((db, instant) => ({ now: instant, next: lookAhead(core, db) }))
  core.hub.promise(next.visible)
  const reply = { moved: so.moved, ended: so.ended.flatMap(endedOf), now }
  return next.visible === undefined ? reply : { ...reply, nextAt: next.visible }
}

/** When time alone will next change something. */
export function lookAhead(core: Core, db: Connection): NextInstant {
  const numbers = readNumbers(db)
  return nextInstant(db, core.settingsOf(numbers).retention, core.pace.until)
}

/** The same in a step, with what the step itself has changed. */
export function lookAheadIn(step: Step): NextInstant {
  step.history.flush(step)
  step.instances.flush(step)
  step.firings.flush()
  settleKeys(step)
  flushFlow(step)
  return nextInstant(step.db, step.retention, step.pace.until)
}

/** Moves on what is due, up to `limit` things, when there may be any. */
export function advanceDue(step: Step, limit: number): void {
  const { recall, now } = step
  if (now < recall.quietUntil) return
  const { any = Number.POSITIVE_INFINITY } = lookAheadIn(step)
  if (any <= now) advanceSome(step, limit)
  // What is cleaned up is not foreseen wherever it is written, so it is looked for every now and then.
  else recall.quietUntil = Math.min(any, now + LOOK_AGAIN_MS)
}

/** Whether there is nothing to move, so that the write lock need not be asked for. */
function isQuiet(core: Core, db: Connection, call: CallKey, now: number): boolean {
  // Both may know a later call of the lane.
  const isRepeat = readLane({ db }, call).done > 0
  core.quiet.check(call)
  if (core.quiet.isKnown(call)) return true
  const { any } = lookAhead(core, db)
  if (isRepeat || (any !== undefined && any <= now) || hasSlices(db)) return false
  core.quiet.note(call, now)
  return true
}

function advancePiece(step: Step, call: CallKey, before: Advanced, limit: number): Advanced {
  const known = readLane<EndedNote>(step, call)
  // Done before by a call whose answer was lost.
  if (known.done > before.moved) return { moved: known.done, ended: known.notes, over: true }

  const asked = Math.min(PIECE, limit - before.moved)
  const moved = advanceSome(step, asked)
  // Nobody waits for what is invisible to go, so nothing else is held up for it.
  const sliced = moved < asked ? takeSlices(step, asked - moved) : 0
  const after = {
    moved: before.moved + moved + sliced,
    ended: [...before.ended, ...noteEnded(step.ended)],
    over: moved + sliced < asked,
  }
  writeLane(step, call, { done: after.moved, notes: after.ended })
  return after
}

/** What is done besides moving firings on, in this order. */
const cleaners: readonly ((step: Step, limit: number) => number)[] = [
  wakeFlow,
  endUnserved,
  ringTimers,
  cutDueGroups,
  removeOutlived,
  removeExcess,
  removeOldInstances,
  expireNodes,
  expireLocks,
  forgetRequests,
  forgetInstances,
  forgetSignalKeys,
  trimLog,
  forgetDays,
  forgetSilentLanes,
]

/** Moves on up to `limit` things in one step, the longest overdue first; answers with how many. */
function advanceSome(step: Step, limit: number): number {
  let moved = moveDue(step, limit)
  for (const clean of cleaners) {
    if (moved < limit) moved += clean(step, limit - moved)
  }
  return moved
}

function moveDue(step: Step, limit: number): number {
  step.firings.flush()
  const expired = step.firings.dueBy(dueClass.lease, step.now, limit)
  const due = [...expired, ...step.firings.dueBy(dueClass.exact, step.now, limit - expired.length)]
  noteCrashes(step, due.flatMap(startedRun))
  for (const stored of due) moveOn(step, stored)
  return due.length
}

function startedRun({ firing: { place } }: StoredFiring): readonly RunRecord[] {
  return place.kind === 'leased' && place.lease.run.status === 'running' ? [place.lease.run] : []
}

/** The instant of a firing has come: what that means, its place decides. */
function moveOn(step: Step, stored: StoredFiring): void {
  const { firing } = stored
  switch (firing.place.kind) {
    case 'due':
      return applyMove(step, stored, dispatchFiring(firing, step.now))
    case 'line':
      return applyMove(step, stored, missStart(firing, step.now))
    case 'leased':
      step.history.reclaimed(step)
      return applyMove(step, stored, expireLease(firing, step.now))
    case 'paused':
      return applyMove(step, stored, autoResumeFiring(firing, step.now))
    case 'ended':
    case 'gone':
      return removeStored(step, stored)
    case 'held':
    case 'recurring':
      throw new TypeError(`time alone does not move what is ${firing.place.kind}`)
  }
}

/** Removes jobs that retention keeps no longer, at its pace. */
function removeOutlived(step: Step, limit: number): number {
  const { pace, now, db } = step
  if (now < pace.until) return 0
  const count = removeOld(step, limit)
  if (count < Math.max(limit, LEAST_SLICE)) return count
  step.history.flush(step)
  const left = retainedClasses.reduce(
    (sum, status) => sum + readTallyOf(db, tallyKind.kept, dueClass[status]),
    0,
  )
  pace.removed({ now, count, left })
  return count
}

/** After fewer jobs than this there is no pause. */
const LEAST_SLICE = 100

/** Removes jobs whose time the retention settings give is over. */
function removeOld(step: Step, limit: number): number {
  let removed = 0
  for (const status of retainedClasses) {
    const endedBy = step.now - step.retention[`${status}Ms`]
    const old = step.firings.dueBy(dueClass[status], endedBy, limit - removed)
    for (const stored of old) removeStored(step, stored)
    removed += old.length
  }
  return removed
}

/** Removes the jobs that ended first where more are kept than the settings allow. */
function removeExcess(step: Step, limit: number): number {
  const { retention } = step
  if (retainedClasses.every((status) => retention[`${status}Count`] === undefined)) return 0
  step.history.flush(step)
  step.firings.flush()
  let removed = 0
  for (const { dueClass: kept, count } of readExcess(step.db, retention)) {
    const old = step.firings.dueBy(kept, step.now, Math.min(count, limit - removed))
    for (const stored of old) removeStored(step, stored)
    removed += old.length
  }
  return removed
}

function trimLog(step: Step, limit: number): number {
  return trimEvents(step.db, step.now, limit)
}

function forgetSilentLanes(step: Step, limit: number): number {
  return forgetLanes(step, limit)
}
