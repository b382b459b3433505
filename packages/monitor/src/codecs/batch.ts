import {
  type BatchDefinition,
  type BatchInstance,
  type BatchItemResult,
  type BatchItemState,
  type BatchOnetimeState,
  type JsonValue,
  parseDuration,
  type RetryPolicy,
  resolveRetryPolicy,
} from '@dureq/types'
import { type ConcurrencyKeyWire, encodeConcurrencyKeys } from './concurrency-key.ts'
import { encodeInstant, encodeOptionalInstant } from './instant.ts'
import { encodeOptionalLength } from './length.ts'
import { encodeRetryPolicy, type RetryPolicyWire } from './retry-policy.ts'

/**
 * A batch on the wire, with the JSON names and encodings of the Go implementation. `cancelled_items`, `error`, `open` and
 * `truncated` are ours. What is undefined is left out; payloads and results go as they are, and so do the ids of items.
 */
export interface BatchWire {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly definition: BatchDefinitionWire
  readonly onetime_state?: OnetimeStateWire | undefined
  readonly item_states: Readonly<Record<string, ItemStateWire>>
  readonly total_items: number
  readonly completed_items: number
  readonly failed_items: number
  readonly running_items: number
  readonly pending_items: number
  readonly cancelled_items: number
  readonly next_chunk_index: number
  readonly deadline?: string | undefined
  readonly attempt: number
  readonly max_attempts: number
  readonly error?: string | undefined
  readonly open?: boolean | undefined
  readonly created_at: string
  readonly updated_at: string
  readonly completed_at?: string | undefined
  readonly truncated?: boolean | undefined
}

/** The definition of a batch on the wire. */
interface BatchDefinitionWire {
  readonly name: string
  readonly onetime_task_type?: string | undefined
  readonly onetime_payload?: JsonValue | undefined
  readonly item_task_type: string
  readonly items: readonly { readonly id: string; readonly payload: JsonValue }[]
  readonly failure_policy?: string | undefined
  readonly chunk_size?: number | undefined
  readonly item_retry_policy?: RetryPolicyWire | undefined
  readonly item_concurrency_keys?: readonly ConcurrencyKeyWire[] | undefined
  readonly execution_timeout?: string | undefined
  readonly retry_policy?: RetryPolicyWire | undefined
  readonly default_priority?: number | undefined
}

/** Where the shared step of a batch stands, on the wire. */
interface OnetimeStateWire {
  readonly job_id?: string | undefined
  readonly status: string
  readonly result_data?: JsonValue | undefined
  readonly error?: string | undefined
  readonly started_at?: string | undefined
  readonly finished_at?: string | undefined
}

/** Where an item stands, on the wire. */
export interface ItemStateWire {
  readonly item_id: string
  readonly job_id?: string | undefined
  readonly status: string
  readonly error?: string | undefined
  readonly started_at?: string | undefined
  readonly finished_at?: string | undefined
}

/** What an item came to, on the wire. */
export interface ItemResultWire {
  readonly batch_id: string
  readonly item_id: string
  readonly success: boolean
  readonly output?: JsonValue | undefined
  readonly error?: string | undefined
}

/** Writes a batch. */
export function encodeBatch(batch: BatchInstance): BatchWire {
  return {
    id: batch.id,
    name: batch.name,
    status: batch.status,
    definition: encodeBatchDefinition(batch.definition),
    onetime_state: batch.onetimeState && encodeOnetimeState(batch.onetimeState),
    item_states: encodeItemStates(batch.itemStates),
    total_items: batch.totalItems,
    completed_items: batch.completedItems,
    failed_items: batch.failedItems,
    running_items: batch.runningItems,
    pending_items: batch.pendingItems,
    cancelled_items: batch.cancelledItems,
    next_chunk_index: batch.nextChunkIndex,
    deadline: encodeOptionalInstant(batch.deadline),
    attempt: batch.attempt,
    max_attempts: batch.maxAttempts,
    error: batch.error,
    open: batch.open,
    created_at: encodeInstant(batch.createdAt),
    updated_at: encodeInstant(batch.updatedAt),
    completed_at: encodeOptionalInstant(batch.completedAt),
    truncated: batch.truncated,
  }
}

function encodeBatchDefinition(definition: BatchDefinition): BatchDefinitionWire {
  const { executionTimeout } = definition
  return {
    name: definition.name,
    onetime_task_type: definition.onetimeTaskType,
    onetime_payload: definition.onetimePayload,
    item_task_type: definition.itemTaskType,
    items: definition.items.map(({ id, payload }) => ({ id, payload })),
    failure_policy: definition.failurePolicy,
    chunk_size: definition.chunkSize,
    item_retry_policy: encodePolicy(definition.itemRetryPolicy),
    item_concurrency_keys: encodeConcurrencyKeys(definition.itemConcurrencyKeys),
    execution_timeout: encodeOptionalLength(
      executionTimeout === undefined ? undefined : parseDuration(executionTimeout),
    ),
    retry_policy: encodePolicy(definition.retryPolicy),
    default_priority: definition.defaultPriority,
  }
}

function encodePolicy(policy: RetryPolicy | undefined): RetryPolicyWire | undefined {
  return policy && encodeRetryPolicy(resolveRetryPolicy(policy))
}

function encodeOnetimeState(state: BatchOnetimeState): OnetimeStateWire {
  return {
    job_id: state.jobId,
    status: state.status,
    result_data: state.resultData,
    error: state.error,
    started_at: encodeOptionalInstant(state.startedAt),
    finished_at: encodeOptionalInstant(state.finishedAt),
  }
}

/** A table without a prototype, for items may have any id. */
function encodeItemStates(states: BatchInstance['itemStates']): BatchWire['item_states'] {
  const wire: Record<string, ItemStateWire> = Object.create(null)
  for (const [id, state] of Object.entries(states)) wire[id] = encodeItemState(state)
  return wire
}

/** Writes where an item stands. */
export function encodeItemState(state: BatchItemState): ItemStateWire {
  return {
    item_id: state.itemId,
    job_id: state.jobId,
    status: state.status,
    error: state.error,
    started_at: encodeOptionalInstant(state.startedAt),
    finished_at: encodeOptionalInstant(state.finishedAt),
  }
}

/** Writes what an item came to. */
export function encodeItemResult(result: BatchItemResult): ItemResultWire {
  const { batchId, itemId, success, output, error } = result
  return { batch_id: batchId, item_id: itemId, success, output, error }
}
