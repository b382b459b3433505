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

/** What came instead of a reply. */
class Failure {
  readonly reason: unknown

  constructor(reason: unknown) {
    this.reason = reason
  }
}

/** What became of one item: its reply, or why there is none. See `replyOf`. */
export type Sent<Reply> = Reply | Failure

/**
 * Sends pieces one after the other, so that their order holds. When one fails, those after it are not sent: their
 * items fail as well, with an error that says so.
 *
 * @returns what became of each item, in order.
 */
export async function sendPieces<Item, Reply>(
  pieces: readonly (readonly Item[])[],
  send: (piece: readonly Item[]) => Promise<readonly Reply[]>,
): Promise<readonly Sent<Reply>[]> {
  const sent: Sent<Reply>[] = []
  let failure: unknown
  for (const piece of pieces) {
    const reason = failure === undefined ? undefined : notSent(failure)
    try {
      if (reason !== undefined) throw reason
      const replies = await send(piece)
      if (pieces.length === 1) return replies
      sent.push(...replies)
    } catch (error) {
      failure ??= error
      sent.push(...piece.map(() => new Failure(error)))
    }
  }
  return sent
}

/** The reply that was sent for, or the error that came instead. */
export function replyOf<Reply>(sent: Sent<Reply>): Reply {
  if (sent instanceof Failure) throw sent.reason
  return sent
}

/** What an item that was not even sent fails with: the same error, but certainly without an effect. */
function notSent(failure: unknown): unknown {
  return StoreUnavailableError.is(failure) ? new StoreUnavailableError(false, { cause: failure }) : failure
}
