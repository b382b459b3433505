import { type Beat, type BeatOutcome, beatFiring, beatOutcome, type CallKey } from '@dureq/types'
import type { Core } from './core.ts'
import { applyMove } from './moves.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'

/** One piece takes at most this many beats, ... */
const PIECE_BEATS = 250
/** ... and progress of this many characters together. */
const PIECE_CHARACTERS = 2 * 1024 * 1024

/** A beat that is not simply live. */
type BeatNote = readonly [index: number, outcome: Exclude<BeatOutcome, 'live'>]

/** Prolongs leases: `RunsRole.extend`. */
export async function extendLeases(
  core: Core,
  call: CallKey,
  beats: readonly Beat[],
): Promise<readonly BeatOutcome[]> {
  const notes = await callInPieces<Beat, BeatNote>(core, {
    call,
    items: beats,
    patience: 'urgent',
    weigh: ({ progress = '' }) => 1 / PIECE_BEATS + progress.length / PIECE_CHARACTERS,
    work: extendPiece,
  })
  const outcomes: BeatOutcome[] = beats.map(() => 'live')
  for (const [index, outcome] of notes) outcomes[index] = outcome
  return outcomes
}

function extendPiece(step: Step, beats: readonly Beat[], from: number): readonly BeatNote[] {
  const found = step.firings.byIds(beats.map((each) => each.firingId))
  return beats.flatMap((each, i) => {
    const outcome = beatOne(step, found[i], each)
    return outcome === 'live' ? [] : [[from + i, outcome] as const]
  })
}

function beatOne(step: Step, stored: StoredFiring | undefined, message: Beat): BeatOutcome {
  if (stored === undefined) return 'lost'
  const move = beatFiring(stored.firing, message, step.now)
  if (move.kind === 'lost') return 'lost'
  applyMove(step, stored, move)
  return move.firing.place.kind === 'leased' ? beatOutcome(move.firing.place.lease) : 'lost'
}
