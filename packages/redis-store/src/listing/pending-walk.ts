import type { Space } from '../space.ts'
import { walkLines } from './line-walk.ts'
import { type SortedSource, walkSorted } from './sorted-walk.ts'
import type { Direction, Walk } from './walk.ts'

/** What a mark of the listing looks like: one of the lines, or one among the recurring jobs. */
export const PENDING_MARK: RegExp = /\d+\/(?:front|line):[^: ]+:\d+:\d*(?::.+)? \d+|recurring \d+ [0-9a-v]+/

/** Where pending jobs are found. */
export interface PendingSources {
  /** Types with pending jobs, by partition. */
  readonly types: readonly (readonly string[])[]
  readonly recurring: readonly SortedSource[]
}

const RECURRING = 'recurring '

/** Walks pending jobs: the lines, and behind them the recurring jobs with a firing that waits. */
export async function* walkPending(
  space: Space,
  { types, recurring }: PendingSources,
  direction: Direction,
  mark: string | undefined,
): Walk {
  const inRecurring = mark?.startsWith(RECURRING) ?? false
  if (direction === 'forward' && !inRecurring) yield* walkLines(space, types, direction, mark)
  if (direction === 'forward' || mark === undefined || inRecurring) {
    const from = inRecurring ? mark?.slice(RECURRING.length) : undefined
    for await (const chunk of walkSorted(space, recurring, direction, from))
      yield chunk.map((candidate) => ({ ...candidate, mark: RECURRING + candidate.mark }))
  }
  if (direction === 'backward') yield* walkLines(space, types, direction, inRecurring ? undefined : mark)
}
