import { type JsonSchema, jobStatuses, runStatuses, workflowStatuses } from '@dureq/types'
import { retryPolicyRequest, retryPolicySchema } from './retry-policy.ts'
import {
  concurrencyKeys,
  goDuration,
  instant,
  named,
  object,
  readByCodec,
  text,
  texts,
  userData,
} from './shared.ts'

const count: JsonSchema = { type: 'integer', minimum: 0 }
const positive: JsonSchema = { type: 'integer', minimum: 1 }
const jobPriority: JsonSchema = { type: 'integer', minimum: 1, maximum: 10 }
const flag: JsonSchema = { const: true }

/** Definitions hold definitions: whoever uses this reference wraps its schema in `withDefinitions`. */
const definition: JsonSchema = { $ref: '#/$defs/WorkflowDefinition' }

const taskWith = (nested: JsonSchema): JsonSchema =>
  object(
    { name: text },
    {
      task_type: text,
      payload: userData,
      depends_on: texts,
      priority: { type: 'integer' },
      allow_failure: flag,
      result_from: text,
      type: { enum: ['condition', 'subflow', 'wait'] },
      condition_routes: { type: 'object', propertyNames: { pattern: '^\\d+$' }, additionalProperties: text },
      max_iterations: positive,
      child_workflow_def: nested,
      preconditions: {
        type: 'array',
        items: object({ type: { const: 'upstream_output' }, task: text, path: text, expected: text }),
      },
      result_reuse: { enum: ['always', 'never', 'on_success'] },
      signal: text,
      timeout: goDuration,
      concurrency_keys: concurrencyKeys,
    },
  )

const hook = object({ task_type: text }, { payload: userData, timeout: goDuration })

/** A definition with the tasks, and the retry policy, of requests or of answers. */
const definitionWith = (task: JsonSchema, retryPolicy: JsonSchema): JsonSchema =>
  object(
    { name: text, tasks: { type: 'array', items: task } },
    {
      execution_timeout: goDuration,
      retry_policy: retryPolicy,
      default_priority: jobPriority,
      hooks: object({}, { on_init: hook, on_success: hook, on_failure: hook, on_exit: hook }),
      signal_timeout: goDuration,
      on_task_failure: { enum: ['finish', 'cancel'] },
    },
  )

const wholeDefinition = named(
  'WorkflowDefinition',
  definitionWith(named('WorkflowTask', taskWith(definition)), retryPolicySchema),
)

/** Where a task or hook stands in an answer. */
export const taskStateSchema: JsonSchema = named(
  'TaskState',
  object(
    { name: text, status: { enum: jobStatuses } },
    {
      job_id: text,
      error: text,
      started_at: instant,
      finished_at: instant,
      child_workflow_id: text,
      condition_route: count,
      iterations: positive,
      subflow_tasks: texts,
      skipped: flag,
      skip_reason: text,
    },
  ),
)

const counts: JsonSchema = { type: 'object', additionalProperties: count }

const mandatory = {
  id: text,
  workflow_name: text,
  status: { enum: workflowStatuses },
  tasks: { type: 'object', additionalProperties: taskStateSchema },
  definition,
  attempt: positive,
  max_attempts: positive,
  created_at: instant,
  updated_at: instant,
} as const satisfies Record<string, JsonSchema>

const optional = {
  input: userData,
  deadline: instant,
  pending_deps: counts,
  condition_iterations: counts,
  parent_workflow_id: text,
  parent_task_name: text,
  hook_states: { type: 'object', additionalProperties: taskStateSchema },
  output: userData,
  error: text,
  archived_task_count: positive,
  continued_from: text,
  continued_to: text,
  completed_at: instant,
  truncated: flag,
} as const satisfies Record<string, JsonSchema>

/** A workflow in an answer; see `withDefinitions`. */
export const workflowSchema: JsonSchema = named('Workflow', object(mandatory, optional))

/** The schema of an answer that holds workflows, with what their references lead to. */
export function withDefinitions(schema: JsonSchema): JsonSchema {
  return { ...schema, $defs: { WorkflowDefinition: wholeDefinition } }
}

const nestedRequest: JsonSchema = { $ref: '#/$defs/WorkflowDefinitionRequest' }

/** A definition in a request. */
export const definitionRequest: JsonSchema = readByCodec(
  named(
    'WorkflowDefinitionRequest',
    definitionWith(named('WorkflowTaskRequest', taskWith(nestedRequest)), retryPolicyRequest),
  ),
)

/** The body of `POST /api/workflows`; what is in the definition is looked at with the definition itself. */
export const workflowRequest: JsonSchema = object(
  { definition: definitionRequest },
  { input: {}, request_id: text },
)

/** The body of a signal. */
export const signalRequest: JsonSchema = object({ name: text }, { payload: {}, dedupe_key: text })

/** An entry of the trail of a workflow. */
export const auditEntrySchema: JsonSchema = named(
  'TaskAuditEntry',
  object(
    {
      task_name: text,
      job_id: text,
      id: text,
      status: { enum: [...new Set([...jobStatuses, ...runStatuses])] },
      timestamp: instant,
    },
    { error: text },
  ),
)
