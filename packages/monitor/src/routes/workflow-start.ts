import { type EnqueueWorkflowOptions, MAX_DEFINITION_BYTES } from '@dureq/client'
import {
  CyclicDependencyError,
  type Fault,
  type JsonValue,
  SizeLimitError,
  type SizeLimits,
  ValidationError,
  type WorkflowDefinition,
} from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { readsOnly } from '../access/route-access.ts'
import { decodeDefinition } from '../codecs/definition-request.ts'
import { wireField } from '../codecs/field-names.ts'
import { encodeWorkflow } from '../codecs/workflow.ts'
import { object, texts } from '../schemas/shared.ts'
import { definitionRequest, withDefinitions, workflowRequest, workflowSchema } from '../schemas/workflow.ts'
import type { WorkflowRoutesOptions } from './of-workflow.ts'

/** What `POST /api/workflows` takes. */
interface StartRequestWire {
  readonly definition: unknown
  readonly input?: JsonValue
  readonly request_id?: string
}

/** The route that starts a workflow. */
export function addStart(app: FastifyInstance, { client, limits }: WorkflowRoutesOptions): void {
  const response = { 201: withDefinitions(workflowSchema) }
  app.post<{ Body: StartRequestWire }>(
    '/workflows',
    { bodyLimit: largestBody(limits), schema: { body: workflowRequest, response } },
    async ({ body }, reply) => {
      const { definition, faults } = decodeDefinition(body.definition, 'definition')
      if (faults.length > 0) {
        const more = await client.validateWorkflow(definition)
        throw new ValidationError([...faults, ...more.map(inDefinition)])
      }
      const start = client.enqueueWorkflow(definition as WorkflowDefinition, body.input, optionsOf(body))
      const workflow = encodeWorkflow(await start.catch(throwInWireNames))
      return reply.code(201).header('location', `/api/workflows/${workflow.id}`).send(workflow)
    },
  )
}

/** The route that says everything that is wrong with a definition. */
export function addValidation(app: FastifyInstance, { client, limits }: WorkflowRoutesOptions): void {
  const verdict = object({ valid: { type: 'boolean' } }, { errors: { ...texts, minItems: 1 } })
  app.post(
    '/workflows/validate',
    {
      config: readsOnly,
      bodyLimit: largestBody(limits),
      schema: { body: definitionRequest, response: { 200: verdict } },
    },
    async ({ body }) => {
      const { definition, faults } = decodeDefinition(body, '')
      const more = (await client.validateWorkflow(definition)).map(inWireName)
      const errors = [...faults, ...more].map(({ field, problem }) => `${field}: ${problem}`)
      return errors.length === 0 ? { valid: true } : { valid: false, errors }
    },
  )
}

function optionsOf({ request_id: requestId }: StartRequestWire): EnqueueWorkflowOptions {
  return requestId === undefined ? {} : { requestId }
}

/** A text may be up to three times as long as the store keeps it, when everything beyond ASCII is escaped. */
function largestBody({ payload }: SizeLimits): number {
  return 3 * (MAX_DEFINITION_BYTES + payload) + 64 * 1024
}

/** Everything that can be wrong but these stands in the definition. */
const besides = /^(input|requestId|definition)\b/

function throwInWireNames(error: unknown): never {
  if (CyclicDependencyError.is(error))
    throw new ValidationError([{ field: 'definition.tasks', problem: error.message }], { cause: error })
  if (!ValidationError.is(error) || SizeLimitError.is(error)) throw error
  throw new ValidationError(error.fields.map(inDefinition), { cause: error })
}

function inDefinition(fault: Fault): Fault {
  const { field, ...rest } = inWireName(fault)
  return { field: besides.test(fault.field) ? field : `definition.${field}`, ...rest }
}

function inWireName(fault: Fault): Fault {
  return { ...fault, field: wireField(fault.field) }
}
