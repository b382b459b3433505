import {
  BatchNotFoundError,
  type BatchState,
  type InstanceHead,
  isTerminalWorkflowStatus,
  ValidationError,
} from '@dureq/types'
import type { ClientCore } from '../core.ts'
import { freshHead } from '../fresh-head.ts'
import type { InstanceSender } from '../instance-sender.ts'
import { orAborted } from '../joined-signal.ts'
import type { EnqueueBatchOptions } from './batch-definition.ts'
import { createBatchOrders } from './batch-orders.ts'
import { type BatchDraft, draftBatch, newBatch } from './draft-batch.ts'
import type { Piece } from './item-source.ts'
import { Producer } from './producer.ts'

/** What somebody wants to enqueue: nothing of it is checked. */
export interface BatchRequest {
  readonly definition: unknown
  readonly options: EnqueueBatchOptions
}

/** A batch that is stored: its head and, when one call has stored it whole, its items. */
export interface StoredBatch {
  readonly head: InstanceHead
  readonly draft: BatchDraft
  readonly items?: Piece['items']
}

/** What enqueueing a batch takes. */
export interface BatchTools {
  readonly core: ClientCore
  readonly send: InstanceSender
}

/**
 * Stores a batch: the first piece with its definition, each further one by itself. When an item is bad, or the producer
 * fails and cannot come again, the batch is cancelled.
 */
export async function storeBatch({ core, send }: BatchTools, request: BatchRequest): Promise<StoredBatch> {
  const draft = await draftBatch(request.definition, request.options, core)
  const pieces = draft.source.pieces()
  try {
    const first = await nextPiece(core, pieces)
    const instance = newBatch(draft, first, core)
    const outcome = await send(instance)
    if (outcome.kind === 'created' && first.last)
      return { head: freshHead(instance, outcome), draft, items: first.items }
    const begun =
      outcome.kind === 'created' ? freshHead(instance, outcome) : await findBatch(core, outcome.id)
    if (begun.open === true && !isTerminalWorkflowStatus(begun.status))
      await cancelOnFailure(core, { draft, id: begun.id }, () =>
        appendRest(core, { draft, begun, first, pieces }),
      )
    return { head: await findBatch(core, begun.id), draft }
  } finally {
    // A producer that is not read to its end is told so.
    void pieces.return().catch(() => {})
  }
}

async function nextPiece({ life }: ClientCore, pieces: AsyncIterator<Piece, void>): Promise<Piece> {
  const { value } = await orAborted(pieces.next(), life.signal)
  return value as Piece // the last piece says so, and none is asked for after it
}

interface Appending {
  readonly draft: BatchDraft
  readonly begun: InstanceHead
  readonly first: Piece
  readonly pieces: AsyncIterator<Piece, void>
}

async function appendRest(core: ClientCore, { draft, begun, first, pieces }: Appending): Promise<void> {
  const { id, size, state } = begun
  const eager = (JSON.parse(state) as BatchState).eager === true
  const producer = new Producer(core, { id, size, eager })
  for (let piece = first; producer.open; ) {
    await producer.append(piece)
    if (piece.last) return
    draft.source.skipTo = producer.size
    piece = await nextPiece(core, pieces)
  }
}

async function findBatch({ instances }: ClientCore, id: string): Promise<InstanceHead> {
  const head = await instances.head('batch', id)
  if (head === undefined) throw new BatchNotFoundError(id)
  return head
}

/** Longest reason of a cancellation, in characters. */
const MAX_REASON = 4_096

/** Nobody can bring the missing items when one is bad, or when there is no request id to come again with. */
async function cancelOnFailure(
  core: ClientCore,
  { draft, id }: { readonly draft: BatchDraft; readonly id: string },
  append: () => Promise<void>,
): Promise<void> {
  try {
    await append()
  } catch (error) {
    if (ValidationError.is(error) || draft.options.requestId === undefined) {
      const reason = error instanceof Error ? error.message : String(error)
      await createBatchOrders(core)
        .cancel(id, { reason: reason.slice(0, MAX_REASON).replace(/\p{Cs}/gu, '\ufffd') })
        .catch((err: unknown) =>
          core.logger.warn({ err, batchId: id }, 'cannot cancel a batch without its items'),
        )
    }
    throw error
  }
}
