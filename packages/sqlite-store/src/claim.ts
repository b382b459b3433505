import { type CallKey, type ClaimReply, type ClaimRequest, callId, type LeasedRun } from '@dureq/types'
import { advanceSome, lookAhead } from './advance.ts'
import { readLane, writeLane } from './call-lanes.ts'
import type { Connection } from './connection.ts'
import { type Core, goOn } from './core.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import { createFiringTable } from './firing-table.ts'
import type { Matcher } from './handler-sets.ts'
import { leaseFromLines } from './lease-lines.ts'
import { leasedRun } from './leased-run.ts'
import { readLines } from './lines.ts'
import { readNumbers } from './numbers.ts'
import type { Step } from './step.ts'

/** Things a claim moves on before it looks for work. */
const ADVANCED_FIRST = 100

/** One transaction leases at most this many runs. */
const PIECE_RUNS = 250

/** What one transaction of a claim did: the numbers of the firings it leased, and what the moving on before it ended. */
interface ClaimNote {
  readonly leased: readonly number[]
  readonly ended: readonly EndedNote[]
}

type Claimed = Extract<ClaimReply, { readonly kind: 'claimed' }>

/** A claim and who makes it. */
interface Claiming {
  readonly call: CallKey
  readonly request: ClaimRequest
  readonly matcher: Matcher
}

/** How far a claim has come. */
interface SoFar {
  readonly leases: readonly LeasedRun[]
  readonly notes: readonly ClaimNote[]
  /** Free slots left of the handlers that have fewer than the limit. */
  readonly free: Readonly<Record<string, number>>
  /** There is nothing more to be found, or it is a repeat. */
  readonly isOver: boolean
  readonly now: number
  /** It found less than was asked for: up to which ticket it looked, ... */
  readonly ticket?: number
  /** ... and when time alone acts next. */
  readonly next?: number | undefined
}

/** Leases runs: `RunsRole.claim`. */
export async function claimRuns(core: Core, call: CallKey, request: ClaimRequest): Promise<ClaimReply> {
  const look = await core.read((db, now) => lookBeforeClaim(core, { db, now, call, request }))
  if (look.kind === 'unknownSet') return { kind: 'unknownSet' }
  const { nodeId, limit } = request
  let so: SoFar = look.so
  while (!so.isOver && so.leases.length < limit) {
    const before = so
    const piece = (step: Step) => claimPiece(core, step, { call, request, matcher: look.matcher }, before)
    so = await goOn(before.notes.length > 0, () => core.write('ordinary', piece))
  }
  const { leases, notes, now, ticket, next } = so
  const reply: Claimed = {
    kind: 'claimed',
    leases,
    ended: notes.flatMap((note) => note.ended.map(endedOf)),
    now,
  }
  if (ticket === undefined) {
    core.hub.nodes.isAwake(nodeId)
    return reply
  }
  core.hub.nodes.isAsleep(nodeId, ticket)
  core.hub.promise(next)
  return next === undefined ? reply : { ...reply, nextAt: next }
}

interface Looking {
  readonly db: Connection
  readonly now: number
  readonly call: CallKey
  readonly request: ClaimRequest
}

/** What a look without the write lock tells. */
type Look =
  | { readonly kind: 'unknownSet' }
  | { readonly kind: 'known'; readonly matcher: Matcher; readonly so: SoFar }

/** Looks whether there is anything to do, so that a claim of an idle node does not ask for the write lock. */
function lookBeforeClaim(core: Core, { db, now, call, request }: Looking): Look {
  // Both may know a later call of the lane.
  const isRepeat = readLane(db, call).done > 0
  core.quiet.check(call)
  const matcher = core.hub.matchers.of(db, request.handlerSet)
  if (matcher === undefined) return { kind: 'unknownSet' }
  const { free = {} } = request
  const so: SoFar = { leases: [], notes: [], free, isOver: false, now }
  const isQuietRepeat = core.quiet.isKnown(call)
  const { ticket } = readNumbers(db)
  if (isRepeat || (!isQuietRepeat && hasWork(db, free, matcher))) return { kind: 'known', matcher, so }
  const { visible, any } = lookAhead(core, db)
  if (!isQuietRepeat && isPast(any, now)) return { kind: 'known', matcher, so }
  core.quiet.note(call, now)
  return { kind: 'known', matcher, so: { ...so, isOver: true, ticket, next: visible } }
}

function isPast(instant: number | undefined, now: number): boolean {
  return instant !== undefined && instant <= now
}

function hasWork(db: Connection, free: Readonly<Record<string, number>>, matcher: Matcher): boolean {
  return readLines(db).some((line) => {
    const handler = matcher(line)
    return handler !== undefined && free[handler.name] !== 0
  })
}

function claimPiece(core: Core, step: Step, claiming: Claiming, before: SoFar): SoFar {
  const { call, request, matcher } = claiming
  const { db, now } = step
  const known = readLane<ClaimNote>(db, call)
  // Done before by a call whose answer was lost.
  if (known.done > before.notes.length) return repeated(step, claiming, known.notes)

  if (before.notes.length === 0 && isPast(lookAhead(core, db).any, now)) {
    advanceSome(step, ADVANCED_FIRST)
    step.flush()
  }
  const limit = Math.min(PIECE_RUNS, request.limit - before.leases.length)
  const taking = {
    ...request,
    callId: callId(call),
    matcher,
    limit,
    free: before.free,
    from: before.leases.length,
  }
  const { leased, free } = leaseFromLines(step, taking)
  const note: ClaimNote = {
    leased: leased.map(({ stored }) => stored.seq),
    ended: step.ended.map(noteEnded),
  }
  const notes = [...before.notes, note]
  writeLane(db, call, { done: notes.length, notes }, now)
  step.flush()
  const leases = [
    ...before.leases,
    ...leased.map(({ stored, definition, handler }) => leasedRun(stored.firing, definition, handler)),
  ]
  if (leased.length === limit) return { leases, notes, free, now, isOver: false }
  return {
    leases,
    notes,
    free,
    now,
    isOver: true,
    ticket: step.numbers.ticket,
    next: lookAhead(core, db).visible,
  }
}

/** What a claim is answered with when it comes again: those of its leases that are still held. */
function repeated({ db, now }: Step, { call, matcher }: Claiming, notes: readonly ClaimNote[]): SoFar {
  const prefix = `${callId(call)}.`
  const leases = createFiringTable(db)
    .bySeqs(notes.flatMap((note) => note.leased))
    .flatMap(({ stored: { firing }, definition }) => {
      const { place } = firing
      if (place.kind !== 'leased' || !place.lease.token.startsWith(prefix)) return []
      const line = { type: definition.taskType, version: definition.version ?? '' }
      const index = Number.parseInt(place.lease.token.slice(prefix.length), 36)
      return [{ index, lease: leasedRun(firing, definition, matcher(line)) }]
    })
    .sort((a, b) => a.index - b.index)
    .map(({ lease }) => lease)
  return { leases, notes, free: {}, now, isOver: true }
}
