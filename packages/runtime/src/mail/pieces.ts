import type { InstanceCommit } from '@dureq/types'

/** A call holds the store up for as long as it takes: it is cut where it would carry more than this. */
const MOST = { changes: 500, characters: 1024 * 1024 }

/** How much one call carries at most, but for a single step that is larger. */
export interface PieceLimits {
  /** Jobs, instances, cancellations and messages. */
  readonly changes: number
  /** Of all texts. */
  readonly characters: number
}

/** Cuts steps into the pieces that are one call each, in order. */
export function piecesOf<T extends { readonly commit: InstanceCommit }>(
  steps: readonly T[],
  most: PieceLimits = MOST,
): readonly (readonly T[])[] {
  const pieces: T[][] = []
  let piece: T[] = []
  let left = most
  for (const step of steps) {
    const { changes, characters } = weigh(step.commit)
    if (piece.length === 0 || changes > left.changes || characters > left.characters) {
      pieces.push((piece = []))
      left = most
    }
    piece.push(step)
    left = { changes: left.changes - changes, characters: left.characters - characters }
  }
  return pieces
}

function weigh(commit: InstanceCommit): PieceLimits {
  const { enqueue, cancel, create, send, parts, state, output = '' } = commit
  let characters = state.length + output.length
  for (const { text = '' } of parts) characters += text.length
  for (const { payload } of enqueue) characters += payload.length
  for (const { definition, input = '' } of create) characters += definition.text.length + input.length
  return { changes: 1 + enqueue.length + cancel.length + create.length + send.length, characters }
}
