import { type CallKey, callId, type MailBag, type ReceiveReply, type ReceiveRequest } from '@dureq/types'
import { advanceDue, lookAhead, lookAheadIn } from './advance.ts'
import { readLane, writeLane } from './call-lanes.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import { instanceColumns, visibleInstances } from './instance-row.ts'
import { hasReadyMail } from './mail-arrivals.ts'
import { readMail } from './mail-rows.ts'
import { readNumbers } from './numbers.ts'
import { goOn } from './piecewise-call.ts'
import { headsOf } from './read-instances.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

/** Things a receive moves on before it looks for mail. */
const ADVANCED_FIRST = 100

/** One transaction receives the mail of at most this many instances. */
const PIECE_INSTANCES = 100

/** What one transaction of a receive did: whose mail it leased, and what the moving on before it ended. */
interface ReceiveNote {
  readonly leased: readonly number[]
  readonly ended: readonly EndedNote[]
}

interface Receiving {
  readonly call: CallKey
  readonly request: ReceiveRequest
}

/** How far a receive has come. */
interface SoFar {
  readonly bags: readonly MailBag[]
  readonly notes: readonly ReceiveNote[]
  /** There is nothing more to be found, or it is a repeat. */
  readonly isOver: boolean
  readonly now: number
  /** It found less than was asked for: up to which ticket it looked, ... */
  readonly ticket?: number
  /** ... and when time alone brings more. */
  readonly next?: number | undefined
}

/** Gives the mail of instances to an engine: `MailboxesRole.receive`. */
export async function receiveMail(core: Core, call: CallKey, request: ReceiveRequest): Promise<ReceiveReply> {
  const { nodeId, limit } = request
  const receiving = { call, request }
  let so = await core.read((db, now) => lookBefore(core, receiving, { db, now }))
  while (!so.isOver && so.bags.length < limit) so = await receiveOn(core, receiving, so)
  const { bags, notes, now, ticket, next } = so
  const reply = { bags, now, ended: notes.flatMap((note) => note.ended.flatMap(endedOf)) }
  core.hub.nodes.hasReceived(nodeId, ticket)
  if (ticket === undefined) return reply
  core.hub.promise(next)
  return next === undefined ? reply : { ...reply, nextAt: next }
}

interface Looking {
  readonly db: Connection
  readonly now: number
}

/** Looks whether there is anything to do, so that an idle engine does not ask for the write lock. */
function lookBefore(core: Core, { call, request }: Receiving, { db, now }: Looking): SoFar {
  const fresh: SoFar = { bags: [], notes: [], isOver: false, now }
  // Both may know a later call of the lane.
  const isRepeat = readLane({ db }, call).done > 0
  core.quiet.check(call)
  const isQuietRepeat = core.quiet.isKnown(call)
  const { ticket } = readNumbers(db)
  if (isRepeat || (!isQuietRepeat && hasReadyMail(db, request.queues, -1))) return fresh
  const { visible, any } = lookAhead(core, db)
  const next = earlier(visible, firstLeaseEnd(db))
  const isDue = [any, next].some((at) => at !== undefined && at <= now)
  if (isDue && !isQuietRepeat) return fresh
  core.quiet.note(call, now)
  return { ...fresh, isOver: true, ticket, next }
}

/** The next transaction of a receive. */
function receiveOn(core: Core, receiving: Receiving, before: SoFar): Promise<SoFar> {
  const limit = Math.min(PIECE_INSTANCES, receiving.request.limit - before.bags.length)
  const work = (step: Step): SoFar => {
    core.quiet.check(receiving.call)
    return receivePiece(step, receiving, { before, limit })
  }
  return goOn(before.notes.length > 0, () =>
    core.write({ patience: 'ordinary', weight: limit / PIECE_INSTANCES, work }),
  )
}

interface Piece {
  readonly before: SoFar
  readonly limit: number
}

function receivePiece(step: Step, { call, request }: Receiving, { before, limit }: Piece): SoFar {
  const { now } = step
  const known = readLane<ReceiveNote>(step, call)
  // Done before by a call whose answer was lost.
  if (known.done > before.notes.length) return repeated(step, { call, request }, known.notes)

  if (before.notes.length === 0) {
    advanceDue(step, ADVANCED_FIRST)
    endLeases(step)
  }
  const leased = leaseMail(step, request, { by: callId(call), limit })
  const note = { leased: leased.map(({ seq }) => seq), ended: noteEnded(step.ended) }
  const notes = [...before.notes, note]
  writeLane(step, call, { done: notes.length, notes })
  const bags = [...before.bags, ...bagsOf(step, leased, request)]
  if (leased.length === limit) return { bags, notes, now, isOver: false }
  const next = earlier(lookAheadIn(step).visible, firstLeaseEnd(step.db))
  return { bags, notes, now, isOver: true, ticket: step.numbers.ticket, next }
}

const overSql = `SELECT ${instanceColumns} FROM instances i WHERE i.leased_until <= ? LIMIT ?`

/** Mail that an engine has received, and did nothing with for too long, can be received again. */
function endLeases(step: Step): void {
  const over = step.instances.find(step, overSql, [step.now, PIECE_INSTANCES])
  for (const stored of over) step.instances.release(step, stored)
}

function firstLeaseEnd(db: Connection): number | undefined {
  const sql = 'SELECT min(leased_until) FROM instances WHERE leased_until IS NOT NULL'
  return (db.get(sql)?.[0] as number | null | undefined) ?? undefined
}

const readySql = `SELECT ${instanceColumns} FROM ${visibleInstances}
  WHERE i.queue = ? AND i.ready IS NOT NULL ORDER BY i.ready LIMIT ?`

interface Leasing {
  readonly by: string
  readonly limit: number
}

function leaseMail(
  step: Step,
  { queues, leaseMs }: ReceiveRequest,
  { by, limit }: Leasing,
): readonly StoredInstance[] {
  const ready = queues.flatMap((queue) => step.instances.find(step, readySql, [queue, limit]))
  if (queues.length > 1) ready.sort((a, b) => (a.ready ?? 0) - (b.ready ?? 0))
  const leased = ready.slice(0, limit)
  for (const stored of leased) {
    stored.ready = null
    stored.lease = { by, until: step.now + leaseMs }
    step.instances.changed(stored)
  }
  step.instances.flush(step)
  return leased
}

function bagsOf(
  { db }: Step,
  leased: readonly StoredInstance[],
  { withoutOutputs = false }: ReceiveRequest,
): readonly MailBag[] {
  const mail = readMail(db, leased, withoutOutputs)
  return headsOf(db, leased).map((head, i) => ({
    head,
    messages: mail.get((leased[i] as StoredInstance).seq) ?? [],
  }))
}

/** What a receive is answered with when it comes again: the mail of those instances it still has leased. */
function repeated(step: Step, { call, request }: Receiving, notes: readonly ReceiveNote[]): SoFar {
  const by = callId(call)
  const leased = notes.flatMap((note) =>
    note.leased.flatMap((seq) => {
      const stored = step.instances.bySeq(step, seq)
      return stored?.lease?.by === by ? [stored] : []
    }),
  )
  step.instances.flush(step)
  return { bags: bagsOf(step, leased, request), notes, now: step.now, isOver: true }
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.min(a, b)
}
