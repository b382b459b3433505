import { type Client, MAX_PAGE } from '@dureq/client'
import type { JsonSchema, JsonValue, SizeLimits, WorkflowStatus } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { actorOf } from '../http/actor.ts'
import { object, text } from '../schemas/shared.ts'
import { signalRequest } from '../schemas/workflow.ts'
import { type BulkOrder, type BulkWire, bulkSchema, giveToMany } from './bulk.ts'
import type { OfWorkflow, WorkflowRoutesOptions } from './of-workflow.ts'

/** What an order is answered with once it is recorded. */
const acknowledgement: JsonSchema = object({ workflow_id: text, status: text })

const response = { 200: acknowledgement }

/** The routes that steer one workflow. */
export function addOrders(app: FastifyInstance, { client, limits }: WorkflowRoutesOptions): void {
  app.post<OfWorkflow & { Body: { readonly reason?: string } }>(
    '/workflows/:id/cancel',
    { schema: { body: object({}, { reason: text }), response } },
    async (request) => {
      const { id } = request.params
      const { reason } = request.body
      await client.cancelWorkflow(id, { ...(reason !== undefined && { reason }), ...actorOf(request) })
      return { workflow_id: id, status: 'cancelled' }
    },
  )
  for (const [verb, order, status] of [
    ['retry', 'retryWorkflow', 'retried'],
    ['suspend', 'suspendWorkflow', 'suspended'],
    ['resume', 'resumeWorkflow', 'resumed'],
  ] as const) {
    app.post<OfWorkflow>(
      `/workflows/:id/${verb}`,
      { schema: { body: object({}), response } },
      async (request) => {
        const { id } = request.params
        await client[order](id, actorOf(request))
        return { workflow_id: id, status }
      },
    )
  }
  app.delete<OfWorkflow>('/workflows/:id', { schema: { response } }, async ({ params: { id } }) => {
    await client.deleteWorkflow(id)
    return { workflow_id: id, status: 'deleted' }
  })
  addSignal(app, { client, limits })
}

/** The body of a signal. */
interface SignalWire {
  readonly name: string
  readonly payload?: JsonValue
  readonly dedupe_key?: string
}

function addSignal(app: FastifyInstance, { client, limits }: WorkflowRoutesOptions): void {
  app.post<OfWorkflow & { Body: SignalWire }>(
    '/workflows/:id/signals',
    { bodyLimit: largestSignal(limits), schema: { body: signalRequest, response } },
    async (request) => {
      const { id } = request.params
      const { name, payload, dedupe_key: dedupeKey } = request.body
      const options = { ...(dedupeKey !== undefined && { dedupeKey }), ...actorOf(request) }
      await inWireNames(client.signalWorkflow(id, name, payload, options))
      return { workflow_id: id, status: 'signalled' }
    },
  )
}

/** A text may be up to three times as long as the store keeps it, when everything beyond ASCII is escaped. */
function largestSignal({ payload }: SizeLimits): number {
  return 3 * payload + 64 * 1024
}

const passedOver: BulkOrder['passedOver'] = [
  'workflow-not-found',
  'invalid-workflow-status',
  'owned-workflow',
]

/** The routes that give one order to many workflows. */
export function addBulkOrders(app: FastifyInstance, client: Client): void {
  const newest: BulkOrder['newest'] = async (status) => {
    const options = { status: status as WorkflowStatus, limit: MAX_PAGE }
    return (await client.listWorkflows(options)).workflows.map(({ id }) => id)
  }
  for (const [verb, order] of [
    ['cancel', 'cancelWorkflow'],
    ['retry', 'retryWorkflow'],
    ['delete', 'deleteWorkflow'],
  ] as const) {
    app.post<{ Body: BulkWire }>(`/workflows/bulk/${verb}`, { schema: bulkSchema }, async (request) => {
      const by = actorOf(request)
      const give = (id: string): Promise<void> => client[order](id, by)
      return { affected: await giveToMany(request.body, { newest, give, passedOver }) }
    })
  }
}
