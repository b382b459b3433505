import {
  type BatchItem,
  type BatchItemResult,
  type BatchItemState,
  type JobStatus,
  type JsonText,
  type JsonValue,
  present,
} from '@dureq/types'
import type { ItemView } from './batch-view.ts'

/** An item as it was enqueued. */
export function itemOf({ id, payload = 'null' }: ItemView): BatchItem {
  return { id, payload: JSON.parse(payload) as JsonValue }
}

/** Where an item stands, as users are told. */
export function itemStateOf(view: ItemView): BatchItemState {
  const { id, status, job } = view
  const begun = status === 'pending' ? undefined : job
  return {
    itemId: id,
    status: statusOf(view),
    ...present({
      jobId: job?.id,
      error: begun && errorOf(view),
      startedAt: begun?.createdAt,
      finishedAt: begun?.completedAt,
    }),
  }
}

/** What an item came to; undefined while it has not ended, or when it never ran. */
export function itemResultOf(batchId: string, view: ItemView): BatchItemResult | undefined {
  const { id: itemId, status, job } = view
  if (job === undefined || status === 'pending' || status === 'running') return undefined
  if (status !== 'completed') return { batchId, itemId, success: false, error: errorOf(view) ?? status }
  return { batchId, itemId, success: true, ...present({ output: parsed(job.result?.output) }) }
}

const waiting: readonly (JobStatus | undefined)[] = ['retrying', 'paused']

/** The engine knows that a job is in flight; whether it is retried or paused its job says. */
function statusOf({ status, job }: ItemView): JobStatus {
  return status === 'running' && job !== undefined && waiting.includes(job.status) ? job.status : status
}

function errorOf({ status, job }: ItemView): string | undefined {
  if (status === 'completed') return undefined
  return job?.result?.error ?? job?.lastError
}

function parsed(text: JsonText | undefined): JsonValue | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as JsonValue)
}
