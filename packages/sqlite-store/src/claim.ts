import {
  type CallKey,
  type ClaimReply,
  type ClaimRequest,
  callId,
  claimFiring,
  type HandlerSpec,
  missStart,
  startDeadline,
} from '@dureq/types'
import { advanceSome, lookAhead } from './advance.ts'
import { readLane, writeLane } from './call-lanes.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import { createFiringTable, type FiringWithJob } from './firing-table.ts'
import type { Matcher } from './handler-sets.ts'
import { leasedRun } from './leased-run.ts'
import { type Line, noteTurn, readLines } from './lines.ts'
import { applyMove } from './moves.ts'
import { readNumbers } from './numbers.ts'
import { type Pick, planClaim } from './plan-claim.ts'
import type { Step } from './step.ts'

/** Things a claim moves on before it looks for work. */
const ADVANCED_FIRST = 100

/** What a claim did: the numbers of the firings it leased, and what the moving on before it ended. */
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

/** Leases runs: `RunsRole.claim`. */
export async function claimRuns(core: Core, call: CallKey, request: ClaimRequest): Promise<ClaimReply> {
  const matcher = await core.read((db) => core.hub.matchers.of(db, request.handlerSet))
  if (matcher === undefined) return { kind: 'unknownSet' }
  const claiming = { call, request, matcher }
  const quiet = await core.read((db, now) => answerQuietly(core, db, now, claiming))
  const { reply, ticket, next } =
    quiet ?? (await core.write('ordinary', (step) => claimStep(core, step, claiming)))
  if (ticket === undefined) {
    core.hub.nodes.isAwake(request.nodeId)
    return reply
  }
  core.hub.nodes.isAsleep(request.nodeId, ticket)
  core.hub.promise(next)
  return next === undefined ? reply : { ...reply, nextAt: next }
}

/** An answer, and for one that found less than was asked for: up to which ticket it looked, and when time acts next. */
interface Answer {
  readonly reply: Claimed
  readonly ticket?: number
  readonly next?: number | undefined
}

/** The answer to a claim that finds nothing to do, without asking for the write lock; undefined when it finds some. */
function answerQuietly(core: Core, db: Connection, now: number, claiming: Claiming): Answer | undefined {
  const { call, request, matcher } = claiming
  // Both may know a later call of the lane.
  const isRepeat = readLane(db, call).done > 0
  core.quiet.check(call)
  const isQuietRepeat = core.quiet.isKnown(call)
  const { ticket } = readNumbers(db)
  if (isRepeat || (!isQuietRepeat && hasWork(db, request, matcher))) return undefined
  const { visible, any } = lookAhead(core, db)
  if (!isQuietRepeat && any !== undefined && any <= now) return undefined
  core.quiet.note(call, now)
  return { reply: { kind: 'claimed', leases: [], ended: [], now }, ticket, next: visible }
}

function hasWork(db: Connection, { free = {} }: ClaimRequest, matcher: Matcher): boolean {
  return readLines(db).some((line) => {
    const handler = matcher(line)
    return handler !== undefined && free[handler.name] !== 0
  })
}

function claimStep(core: Core, step: Step, claiming: Claiming): Answer {
  const { call, request } = claiming
  const { now } = step
  const [done] = readLane<ClaimNote>(step.db, call).notes
  if (done !== undefined) return { reply: { ...repeatedClaim(step.db, claiming, done), now } }

  if (advanceSome(step, ADVANCED_FIRST) > 0) step.flush()
  const leases = leaseFromLines(step, claiming)
  const note: ClaimNote = {
    leased: leases.map(({ stored }) => stored.seq),
    ended: step.ended.map(noteEnded),
  }
  writeLane(step.db, call, { done: 1, notes: [note] }, now)
  step.flush()
  const reply = {
    kind: 'claimed' as const,
    leases: leases.map((each) => leasedRun(each.stored.firing, each.definition, each.handler)),
    ended: step.ended,
    now,
  }
  if (leases.length >= request.limit) return { reply }
  return { reply, ticket: step.numbers.ticket, next: lookAhead(core, step.db).visible }
}

/** What a claim is answered with when it comes again: those of its leases that are still held. */
function repeatedClaim(db: Connection, { call, matcher }: Claiming, note: ClaimNote): Omit<Claimed, 'now'> {
  const prefix = `${callId(call)}.`
  const leases = createFiringTable(db)
    .bySeqs(note.leased)
    .flatMap(({ stored: { firing }, definition }) => {
      const { place } = firing
      if (place.kind !== 'leased' || !place.lease.token.startsWith(prefix)) return []
      const line = { type: definition.taskType, version: definition.version ?? '' }
      const index = Number.parseInt(place.lease.token.slice(prefix.length), 36)
      return [{ index, lease: leasedRun(firing, definition, matcher(line)) }]
    })
    .sort((a, b) => a.index - b.index)
    .map(({ lease }) => lease)
  return { kind: 'claimed', leases, ended: note.ended.map(endedOf) }
}

interface Leased extends FiringWithJob {
  readonly handler: HandlerSpec
}

/** Leases up to the limit. What has waited too long for its start dies instead, and makes room for others. */
function leaseFromLines(step: Step, claiming: Claiming): readonly Leased[] {
  const leased: Leased[] = []
  for (;;) {
    const plan = planRound(step, claiming, leased)
    if (plan.length === 0) return leased
    const met = takePicks(step, plan)
    for (const each of met) if (leaseOne(step, claiming, each, leased.length)) leased.push(each)
    if (met.every((each) => leased.includes(each))) return leased
    step.flush()
  }
}

/** Plans what is still to be taken, and notes whose turns that uses. */
function planRound(step: Step, { request, matcher }: Claiming, leased: readonly Leased[]): readonly Pick[] {
  const limit = request.limit - leased.length
  if (limit === 0) return []
  const free = { ...request.free }
  for (const { handler } of leased) {
    const slots = free[handler.name]
    if (slots !== undefined) free[handler.name] = slots - 1
  }
  const lines = readLines(step.db)
  const { credits } = step.numbers
  const plan = planClaim({ lines, handlerFor: matcher, free, limit, credits })
  step.numbers.credits = plan.credits
  return plan.picks
}

/** The firings at the fronts of the lines picked, in the order of the picks. */
function takePicks(step: Step, picks: readonly Pick[]): readonly Leased[] {
  const counts = new Map<Line, number>()
  for (const { line } of picks) {
    // Deleting first keeps the lines in the order in which they were served last.
    const count = counts.get(line) ?? 0
    counts.delete(line)
    counts.set(line, count + 1)
  }
  const fronts = new Map<Line, FiringWithJob[]>()
  for (const [line, count] of counts) {
    fronts.set(line, [...step.firings.inLine(line, count)])
    noteTurn(step.db, line, ++step.numbers.ticket)
  }
  return picks.flatMap(({ line, handler }) => {
    const next = fronts.get(line)?.shift()
    return next === undefined ? [] : [{ ...next, handler }]
  })
}

function leaseOne(
  step: Step,
  { call, request }: Claiming,
  { stored, handler }: Leased,
  index: number,
): boolean {
  const { firing } = stored
  const deadline = startDeadline(firing)
  if (deadline !== undefined && deadline <= step.now) {
    applyMove(step, stored, missStart(firing, step.now))
    return false
  }
  const { nodeId, start } = request
  const token = `${callId(call)}.${index.toString(36)}`
  const { leaseMs, maxAttempts } = handler
  applyMove(step, stored, claimFiring(firing, { nodeId, token, leaseMs, maxAttempts, start }, step.now))
  return true
}
