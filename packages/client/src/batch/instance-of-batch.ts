import {
  type BatchInstance,
  type BatchItemState,
  type BatchOnetimeState,
  countBatch,
  type JsonValue,
  present,
} from '@dureq/types'
import type { BatchView } from './batch-view.ts'
import { itemOf, itemStateOf } from './item-state.ts'

/** A batch as users see it, with the items that were read; that there are more `truncated` says. */
export function instanceOfBatch(view: BatchView): BatchInstance {
  const { head, state, plan, items } = view
  const counts = countBatch(state, head.size)
  return {
    id: head.id,
    name: head.name,
    status: head.status,
    definition: { ...plan, items: items.map(itemOf) },
    itemStates: statesOf(items.map(itemStateOf)),
    totalItems: counts.total,
    completedItems: counts.completed,
    failedItems: counts.failed,
    runningItems: counts.running,
    pendingItems: counts.pending,
    cancelledItems: counts.cancelled,
    nextChunkIndex: state.next,
    attempt: state.attempt,
    maxAttempts: state.maxAttempts,
    createdAt: head.createdAt,
    updatedAt: head.updatedAt,
    ...present({
      onetimeState: onetimeStateOf(view),
      deadline: state.deadline,
      completedAt: head.completedAt,
      error: head.error,
      open: head.open,
      truncated: head.size > items.length ? true : undefined,
    }),
  }
}

/** A table without a prototype, for items may have any id. */
function statesOf(states: readonly BatchItemState[]): BatchInstance['itemStates'] {
  const byId: Record<string, BatchItemState> = Object.create(null)
  for (const state of states) byId[state.itemId] = state
  return byId
}

/** Where the shared step stands. Its result is the input of the items. */
function onetimeStateOf({ head, state, plan, onetime: job }: BatchView): BatchOnetimeState | undefined {
  if (plan.onetimeTaskType === undefined) return undefined
  if (state.onetime === undefined) return { status: 'pending' }
  const { jobId, status } = state.onetime
  const isWaiting = status === 'running' && (job?.status === 'retrying' || job?.status === 'paused')
  return {
    jobId,
    status: isWaiting ? job.status : status,
    ...present({
      resultData: head.input === undefined ? undefined : (JSON.parse(head.input) as JsonValue),
      error: status === 'completed' ? undefined : (job?.result?.error ?? job?.lastError),
      startedAt: job?.createdAt,
      finishedAt: job?.completedAt,
    }),
  }
}
