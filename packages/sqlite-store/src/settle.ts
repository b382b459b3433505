import {
  type CallKey,
  type Firing,
  type LeaseRef,
  type Lost,
  type Move,
  type RunOutcome,
  releaseFiring,
  type SettleReply,
  settleFiring,
} from '@dureq/types'
import type { Core } from './core.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import { prefetchKeys } from './flow.ts'
import type { TaskNews } from './member-ends.ts'
import { applyMove } from './moves.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'

/** One piece takes at most this many leases. */
const PIECE_LEASES = 250

/** The index of a lost lease, or firings that ended. */
type SettleNote = number | EndedNote

/** Ends runs: `RunsRole.settle`. */
export function settleRuns(core: Core, call: CallKey, outcomes: readonly RunOutcome[]): Promise<SettleReply> {
  return giveBack(core, call, outcomes, settleFiring)
}

/** Hands leases back: `RunsRole.release`. */
export function releaseRuns(core: Core, call: CallKey, leases: readonly LeaseRef[]): Promise<SettleReply> {
  return giveBack(core, call, leases, (firing, { token }, now) => releaseFiring(firing, token, now))
}

/** The rule by which a lease is given back. */
type GiveBack<Item> = (firing: Firing, item: Item, now: number) => Move | Lost

async function giveBack<Item extends LeaseRef>(
  core: Core,
  call: CallKey,
  items: readonly Item[],
  rule: GiveBack<Item>,
): Promise<SettleReply> {
  const notes = await callInPieces<Item, SettleNote>(core, {
    call,
    items,
    patience: 'urgent',
    weigh: () => 1 / PIECE_LEASES,
    work: (step, piece, from) => giveBackPiece(step, { piece, from, rule }),
  })
  const outcomes: ('settled' | 'lost')[] = items.map(() => 'settled')
  for (const note of notes) if (typeof note === 'number') outcomes[note] = 'lost'
  const ended = notes.filter((note) => typeof note !== 'number').flatMap(endedOf)
  return { outcomes, ended }
}

/** What a member tells its instance besides how it ended. */
function newsOf(item: LeaseRef & Partial<RunOutcome>): TaskNews | undefined {
  return item.kind === 'succeeded' ? item : undefined
}

interface Piece<Item> {
  readonly piece: readonly Item[]
  readonly from: number
  readonly rule: GiveBack<Item>
}

function giveBackPiece<Item extends LeaseRef>(
  step: Step,
  { piece, from, rule }: Piece<Item>,
): readonly SettleNote[] {
  const lost: number[] = []
  const found = step.firings.byIds(piece.map((item) => item.firingId))
  prefetchKeys(
    step,
    found.flatMap((stored) => stored?.firing.job ?? []),
  )
  piece.forEach((item, i) => {
    const stored = found[i]
    const move = stored && rule(stored.firing, item, step.now)
    if (stored === undefined || move === undefined || move.kind === 'lost') lost.push(from + i)
    else applyMove(step, stored, stored.owner === undefined ? move : { ...move, news: newsOf(item) })
  })
  return [...lost, ...noteEnded(step.ended)]
}
