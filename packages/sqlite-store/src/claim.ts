import { type CallKey, type ClaimReply, type ClaimRequest, callId, type LeasedRun } from '@dureq/types'
import { advanceDue, lookAhead, lookAheadIn } from './advance.ts'
import { readLane, writeLane } from './call-lanes.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import type { FlowRules } from './flow-rules.ts'
import type { Matcher } from './handler-sets.ts'
import { leaseFromLines } from './lease-lines.ts'
import { leasedMembers } from './leased-members.ts'
import { leasedRun } from './leased-run.ts'
import { type LineGroup, readGroups } from './line-group.ts'
import { doesRemember } from './memo-rows.ts'
import { readNumbers } from './numbers.ts'
import { goOn } from './piecewise-call.ts'
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
}

/** How far a claim has come. */
interface SoFar {
  readonly leases: readonly LeasedRun[]
  readonly notes: readonly ClaimNote[]
  /** Free slots left of the handlers that have fewer than the limit. */
  readonly free: Readonly<Record<string, number>>
  /** Once the node is known to be announced: that may change before the next transaction. */
  readonly matcher?: Matcher
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
  const { nodeId, limit } = request
  const claiming = { call, request }
  let so: SoFar | undefined = await begin(core, claiming)
  while (so !== undefined && !so.isOver && so.leases.length < limit) so = await claimOn(core, claiming, so)
  if (so === undefined) return { kind: 'unknownSet' }
  const { leases, notes, now, ticket, next } = so
  const reply: Claimed = {
    kind: 'claimed',
    leases,
    ended: notes.flatMap((note) => note.ended.flatMap(endedOf)),
    now,
  }
  // One ahead says nothing of whether the node has slots: it sleeps, or does not, as it did before.
  if (ticket === undefined) {
    if (request.start) core.hub.nodes.isAwake(nodeId)
    return reply
  }
  if (request.start) core.hub.nodes.isAsleep(nodeId, ticket)
  core.hub.promise(next)
  return next === undefined ? reply : { ...reply, nextAt: next }
}

/** Looks whether there is anything to do, so that a claim of an idle node does not ask for the write lock. */
async function begin(core: Core, claiming: Claiming): Promise<SoFar | undefined> {
  const { request, call } = claiming
  const fresh: SoFar = { leases: [], notes: [], free: request.free ?? {}, isOver: false, now: 0 }
  // A repeat of a call that found nothing finds nothing.
  const mayFind = !core.quiet.isKnown(call) && expectsWork(core, request)
  return mayFind ? fresh : core.read((db, now) => lookBeforeClaim(core, claiming, { db, now, fresh }))
}

/** Whether there was work a moment ago; the transaction sees whether there still is. */
function expectsWork(core: Core, request: ClaimRequest): boolean {
  const matcher = core.hub.matchers.known(request.handlerSet)
  const hint = core.hint()
  if (matcher === undefined || hint === undefined) return false
  return hasWork(hint.lines.inTurn(), request, { matcher, rules: core.rulesOf(hint.numbers) })
}

interface Looking {
  readonly db: Connection
  readonly now: number
  readonly fresh: SoFar
}

function lookBeforeClaim(
  core: Core,
  { call, request }: Claiming,
  { db, now, fresh }: Looking,
): SoFar | undefined {
  // Both may know a later call of the lane.
  const isRepeat = readLane({ db }, call).done > 0
  core.quiet.check(call)
  const matcher = core.hub.matchers.of(db, request.handlerSet)
  if (matcher === undefined) return undefined
  const isQuietRepeat = core.quiet.isKnown(call)
  const numbers = readNumbers(db)
  const terms = { matcher, rules: core.rulesOf(numbers) }
  if (isRepeat || (!isQuietRepeat && hasWork(readGroups(db), request, terms))) return fresh
  const { visible, any } = lookAhead(core, db)
  if (!isQuietRepeat && any !== undefined && any <= now) return fresh
  core.quiet.note(call, now)
  return { ...fresh, now, isOver: true, ticket: numbers.ticket, next: visible }
}

interface WorkTerms {
  readonly matcher: Matcher
  readonly rules: FlowRules
}

/** Whether there may be work for a claim, as far as its lines tell. */
function hasWork(
  groups: readonly LineGroup[],
  { free, start }: ClaimRequest,
  { matcher, rules }: WorkTerms,
): boolean {
  return groups.some((group) => {
    if (group.waiting === 0 && (group.open === 0 || !start)) return false
    const handler = matcher(group)
    if (handler === undefined || free?.[handler.name] === 0 || rules.isPaused(group)) return false
    return start || rules.limitsOf(group).length === 0
  })
}

/** The next transaction of a claim. */
function claimOn(core: Core, claiming: Claiming, before: SoFar): Promise<SoFar | undefined> {
  const limit = Math.min(PIECE_RUNS, claiming.request.limit - before.leases.length)
  const work = (step: Step): SoFar | undefined => {
    core.quiet.check(claiming.call)
    const matcher = before.matcher ?? core.hub.matchers.in(step, claiming.request.handlerSet)
    return matcher && claimPiece(step, claiming, { before, matcher, limit })
  }
  return goOn(before.notes.length > 0, () =>
    core.write({ patience: 'ordinary', weight: limit / PIECE_RUNS, work }),
  )
}

interface Piece {
  readonly before: SoFar
  readonly matcher: Matcher
  readonly limit: number
}

function claimPiece(step: Step, claiming: Claiming, { before, matcher, limit }: Piece): SoFar {
  const { call, request } = claiming
  const { now } = step
  const known = readLane<ClaimNote>(step, call)
  // Done before by a call whose answer was lost.
  if (known.done > before.notes.length) return repeated(step, call, matcher, known.notes)

  if (before.notes.length === 0) advanceDue(step, ADVANCED_FIRST)
  step.firings.flush()
  const from = before.leases.length
  // A firing that came back between two steps of a claim is leased under another token.
  const tokenPrefix = `${callId(call)}.${from.toString(36)}`
  const taking = { ...request, tokenPrefix, matcher, limit, free: before.free }
  const { leased, free, hasMore } = leaseFromLines(step, taking)
  const note: ClaimNote = { leased: leased.map(({ stored }) => stored.seq), ended: noteEnded(step.ended) }
  const notes = [...before.notes, note]
  writeLane(step, call, { done: notes.length, notes })
  const memberOf = leasedMembers(
    step,
    leased.map(({ stored }) => stored),
  )
  const runs = leased.map(({ stored, definition, handler }) =>
    leasedRun(stored.firing, definition, {
      handler,
      member: memberOf(stored),
      remembers: doesRemember(stored),
    }),
  )
  const leases = from === 0 ? runs : [...before.leases, ...runs]
  if (leased.length === limit || hasMore) return { leases, notes, free, matcher, now, isOver: false }
  const { visible: next } = lookAheadIn(step)
  return { leases, notes, free, now, isOver: true, ticket: step.numbers.ticket, next }
}

/** What a claim is answered with when it comes again: those of its leases that are still held. */
function repeated(step: Step, call: CallKey, matcher: Matcher, notes: readonly ClaimNote[]): SoFar {
  const prefix = `${callId(call)}.`
  const seqs = notes.flatMap((note) => note.leased)
  const found = new Map(step.firings.bySeqs(seqs).map((each) => [each.stored.seq, each]))
  const memberOf = leasedMembers(
    step,
    [...found.values()].map(({ stored }) => stored),
  )
  const leases = seqs.flatMap((seq) => {
    const { stored, definition } = found.get(seq) ?? {}
    if (stored === undefined || definition === undefined) return []
    const { firing } = stored
    if (firing.place.kind !== 'leased' || !firing.place.lease.token.startsWith(prefix)) return []
    const line = { type: definition.taskType, version: definition.version ?? '' }
    return [
      leasedRun(firing, definition, {
        handler: matcher(line),
        member: memberOf(stored),
        remembers: doesRemember(stored),
      }),
    ]
  })
  return { leases, notes, free: {}, now: step.now, isOver: true }
}
