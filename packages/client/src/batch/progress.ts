import {
  BatchNotFoundError,
  type BatchProgress,
  countBatch,
  type EventType,
  type InstanceHead,
  isTerminalWorkflowStatus,
  present,
} from '@dureq/types'
import type { Subscribing } from '../subscribing.ts'
import type { BatchReader } from './batch-reader.ts'
import { stateOf } from './batch-view.ts'

/** Whose progress to tell, and until when. */
interface ProgressOptions {
  readonly id: string
  readonly signal?: AbortSignal | undefined
}

const ends: readonly EventType[] = ['batch.completed', 'batch.failed', 'batch.cancelled', 'batch.timed_out']

/**
 * How far a batch is: as it stands, whenever that is told anew, and at last as it has ended. The subscription begins with
 * the first step, before the first look, so that it cannot miss the end.
 */
export async function* followProgress(
  { subscribe }: Subscribing,
  reader: Pick<BatchReader, 'head'>,
  { id, signal }: ProgressOptions,
): AsyncGenerator<BatchProgress, void> {
  const events = subscribe({ jobId: id, types: ['batch.progress', ...ends], ...present({ signal }) })
  try {
    let known = await look(reader, id)
    yield progressOf(known)
    if (isTerminalWorkflowStatus(known.status)) return
    for await (const event of events) {
      if (event.type === 'batch.progress' && event.batchProgress?.step !== 'done') {
        // What happened before the look is part of it.
        if (event.timestamp >= known.updatedAt && event.batchProgress) yield event.batchProgress
        continue
      }
      known = await look(reader, id)
      const isOver = isTerminalWorkflowStatus(known.status)
      if (isOver || event.type === 'gap') yield progressOf(known)
      if (isOver) return
    }
  } finally {
    await events.return?.()
  }
}

async function look(reader: Pick<BatchReader, 'head'>, id: string): Promise<InstanceHead> {
  const head = await reader.head(id)
  if (head === undefined) throw new BatchNotFoundError(id)
  return head
}

/** How far a batch is by its head, as its events say it. */
function progressOf(head: InstanceHead): BatchProgress {
  const state = stateOf(head)
  const { completed, failed, total } = countBatch(state, head.size)
  return { batchId: head.id, done: completed + failed, total, failed, step: stepOf(head, state.phase) }
}

function stepOf({ status }: InstanceHead, phase: string): NonNullable<BatchProgress['step']> {
  if (isTerminalWorkflowStatus(status)) return 'done'
  return phase === 'onetime' ? 'onetime' : 'processing'
}
