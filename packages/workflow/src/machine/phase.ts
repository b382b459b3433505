import type { Draft } from './draft.ts'
import { assertPhaseMove, type Phase } from './moves.ts'

/**
 * Moves the workflow on in its life.
 *
 * @throws IllegalMoveError when the table of moves does not have it.
 */
export function setPhase(draft: Draft, phase: Phase): void {
  assertPhaseMove(draft.state.phase, phase)
  draft.state.phase = phase
}

/** Whether nothing new is to begin, because somebody has suspended the workflow. */
export function isSuspended({ known }: Draft): boolean {
  return known.head.status === 'suspended'
}
