import { StoreUnavailableError } from '@dureq/types'

/** How large one piece may be. A single item may be larger. */
export interface PieceLimits<Item> {
  readonly maxItems: number
  readonly maxWeight: number
  readonly weigh: (item: Item) => number
}

/** Cuts a list into pieces within the limits, in order. */
export function cutIntoPieces<Item>(items: readonly Item[], limits: PieceLimits<Item>): readonly Item[][] {
  const pieces: Item[][] = []
  let piece: Item[] = []
  let weight = 0
  for (const item of items) {
    const itemWeight = limits.weigh(item)
    const full = piece.length === limits.maxItems || weight + itemWeight > limits.maxWeight
    if (piece.length === 0 || full) {
      pieces.push((piece = []))
      weight = 0
    }
    piece.push(item)
    weight += itemWeight
  }
  return pieces
}

/**
 * Sends pieces one after the other, so that their order holds. When one fails, those after it are not sent: their
 * items fail as well, with an error that says so.
 *
 * @returns what became of each item, in order.
 */
export async function sendPieces<Item, Reply>(
  pieces: readonly (readonly Item[])[],
  send: (piece: readonly Item[]) => Promise<readonly Reply[]>,
): Promise<readonly PromiseSettledResult<Reply>[]> {
  const settled: PromiseSettledResult<Reply>[] = []
  let failure: unknown
  for (const piece of pieces) {
    const reason = failure === undefined ? undefined : notSent(failure)
    try {
      if (reason !== undefined) throw reason
      for (const value of await send(piece)) settled.push({ status: 'fulfilled', value })
    } catch (error) {
      failure ??= error
      for (const _ of piece) settled.push({ status: 'rejected', reason: error })
    }
  }
  return settled
}

/** The reply that was sent for, or the error that came instead. */
export function replyOf<Reply>(settled: PromiseSettledResult<Reply>): Reply {
  if (settled.status === 'fulfilled') return settled.value
  throw settled.reason
}

/** What an item that was not even sent fails with: the same error, but certainly without an effect. */
function notSent(failure: unknown): unknown {
  return StoreUnavailableError.is(failure) ? new StoreUnavailableError(false, { cause: failure }) : failure
}
