import type { PlainBatch } from '@dureq/client'
import { checkBatch, type Fault, ValidationError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { encodeBatch } from '../codecs/batch.ts'
import { decodeBatch } from '../codecs/batch-request.ts'
import { wireField } from '../codecs/field-names.ts'
import { batchRequest, batchSchema } from '../schemas/batch.ts'
import type { BatchRoutesOptions } from './of-batch.ts'

/** What `POST /api/batches` takes. */
interface StartRequestWire {
  readonly definition: unknown
  readonly request_id?: string
}

/** Largest body: 64 MiB. What is larger a client streams. */
const MAX_BODY = 64 * 1024 * 1024

/** The route that starts a batch. */
export function addBatchStart(app: FastifyInstance, { client, limits }: BatchRoutesOptions): void {
  app.post<{ Body: StartRequestWire }>(
    '/batches',
    { bodyLimit: MAX_BODY, schema: { body: batchRequest, response: { 201: batchSchema } } },
    async ({ body: { definition: wire, request_id: requestId } }, reply) => {
      const { definition, faults } = decodeBatch(wire, 'definition')
      if (faults.length > 0) {
        const more = checkBatch(definition, { limits })
        throw new ValidationError([...faults, ...more.map(inDefinition)])
      }
      const options = requestId === undefined ? {} : { requestId }
      const start = client.enqueueBatch(definition as PlainBatch, options)
      const batch = encodeBatch(await start.catch(throwInWireNames))
      return reply.code(201).header('location', `/api/batches/${batch.id}`).send(batch)
    },
  )
}

function throwInWireNames(error: unknown): never {
  if (!ValidationError.is(error)) throw error
  throw new ValidationError(error.fields.map(inDefinition), { cause: error })
}

/** Everything that can be wrong but these stands in the definition. */
const besides = /^(requestId|definition)\b/

function inDefinition(fault: Fault): Fault {
  const field = wireField(fault.field)
  return { ...fault, field: besides.test(fault.field) ? field : `definition.${field}` }
}
