import { batchFailurePolicies, type JsonSchema, jobStatuses, workflowStatuses } from '@dureq/types'
import { retryPolicyRequest, retryPolicySchema } from './retry-policy.ts'
import { concurrencyKeys, goDuration, instant, named, object, readByCodec, text, userData } from './shared.ts'

const count: JsonSchema = { type: 'integer', minimum: 0 }
const positive: JsonSchema = { type: 'integer', minimum: 1 }
const flag: JsonSchema = { const: true }

const definitionWith = (retryPolicy: JsonSchema): JsonSchema =>
  object(
    {
      name: text,
      item_task_type: text,
      items: { type: 'array', items: object({ id: text, payload: userData }) },
    },
    {
      onetime_task_type: text,
      onetime_payload: userData,
      failure_policy: { enum: batchFailurePolicies },
      chunk_size: positive,
      item_retry_policy: retryPolicy,
      item_concurrency_keys: concurrencyKeys,
      execution_timeout: goDuration,
      retry_policy: retryPolicy,
      default_priority: { type: 'integer', minimum: 1, maximum: 10 },
    },
  )

const begun = { job_id: text, error: text, started_at: instant, finished_at: instant } as const

/** Where an item stands in an answer. */
export const itemStateSchema: JsonSchema = named(
  'BatchItemState',
  object({ item_id: text, status: { enum: jobStatuses } }, begun),
)

const onetimeState = named(
  'BatchOnetimeState',
  object({ status: { enum: jobStatuses } }, { ...begun, result_data: userData }),
)

const mandatory = {
  id: text,
  name: text,
  status: { enum: workflowStatuses },
  definition: named('BatchDefinition', definitionWith(retryPolicySchema)),
  item_states: { type: 'object', additionalProperties: itemStateSchema },
  total_items: count,
  completed_items: count,
  failed_items: count,
  running_items: count,
  pending_items: count,
  cancelled_items: count,
  next_chunk_index: count,
  attempt: positive,
  max_attempts: positive,
  created_at: instant,
  updated_at: instant,
} as const satisfies Record<string, JsonSchema>

const optional = {
  onetime_state: onetimeState,
  deadline: instant,
  error: text,
  open: flag,
  completed_at: instant,
  truncated: flag,
} as const satisfies Record<string, JsonSchema>

/** A batch in an answer. */
export const batchSchema: JsonSchema = named('Batch', object(mandatory, optional))

/** What an item came to in an answer. */
export const itemResultSchema: JsonSchema = named(
  'BatchItemResult',
  object({ batch_id: text, item_id: text, success: { type: 'boolean' } }, { output: userData, error: text }),
)

/** The body of `POST /api/batches`; what is in the definition is looked at with the definition itself. */
export const batchRequest: JsonSchema = object(
  { definition: readByCodec(named('BatchDefinitionRequest', definitionWith(retryPolicyRequest))) },
  { request_id: text },
)
