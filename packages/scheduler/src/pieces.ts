import type { FireRequest } from '@dureq/types'

/** A call holds the store up for as long as it takes: it is cut where it would create more firings than this. */
const MOST_FIRINGS = 250

/** Cuts plans into the pieces that are one call each, in order; a plan may be larger than a piece. */
export function piecesOf(
  plans: readonly FireRequest[],
  most: number = MOST_FIRINGS,
): readonly FireRequest[][] {
  const pieces: FireRequest[][] = []
  let piece: FireRequest[] = []
  let size = 0
  for (const plan of plans) {
    // A plan that only skips is work as well.
    const weight = Math.max(1, plan.times.length)
    if (piece.length === 0 || size + weight > most) {
      pieces.push((piece = []))
      size = 0
    }
    piece.push(plan)
    size += weight
  }
  return pieces
}
