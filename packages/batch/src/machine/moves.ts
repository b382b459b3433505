import { type BatchState, IllegalMoveError } from '@dureq/types'
import type { Draft } from './draft.ts'

/** Where a batch is in its life. */
export type Phase = BatchState['phase']

/** From each status the statuses that may follow, each with what leads there. */
export type Moves<Status extends string> = Readonly<Record<Status, Readonly<Partial<Record<Status, string>>>>>

/** The moves of a batch between the phases of its life: the one table for code, tests and docs/batch-states.md. */
export const phaseMoves: Moves<Phase> = {
  init: {
    onetime: 'its items are stored (or it is eager), it has a shared step',
    items: 'its items are stored (or it is eager), it has none',
    ending: 'cancel, the producer is gone',
  },
  onetime: {
    items: 'the shared step has completed',
    ending: 'the shared step failed, cancel, deadline, the producer is gone',
  },
  items: {
    ending: 'an item failed and fail_fast, cancel, deadline, the producer is gone',
    backoff: 'every item is settled, some failed, with attempts left',
    over: 'every item is settled, it is completed or failed',
  },
  ending: {
    backoff: 'nothing is in flight, it failed with attempts left',
    over: 'nothing is in flight, it is failed or cancelled',
  },
  backoff: {
    onetime: 'next attempt, the shared step had not completed',
    items: 'next attempt',
    ending: 'cancel, the producer is gone',
  },
  over: {
    init: 'retry by hand, items were still missing',
    onetime: 'retry by hand, the shared step had not completed',
    items: 'retry by hand',
  },
}

/**
 * Moves the batch on in its life.
 *
 * @throws IllegalMoveError when the table of moves does not have it: a bug.
 */
export function setPhase({ state }: Draft, phase: Phase): void {
  if (phaseMoves[state.phase][phase] === undefined)
    throw new IllegalMoveError('batch phase', state.phase, phase)
  state.phase = phase
}
