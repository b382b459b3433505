import { type Client, MAX_PAGE, type OrderOptions } from '@dureq/client'
import type { JsonSchema, WorkflowStatus } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { actorOf } from '../http/actor.ts'
import { object, text } from '../schemas/shared.ts'
import { type BulkOrder, type BulkWire, bulkSchema, giveToMany } from './bulk.ts'
import type { OfBatch } from './of-batch.ts'

/** What an order is answered with once it is recorded. */
const acknowledgement: JsonSchema = object({ batch_id: text, status: text })

const response = { 200: acknowledgement }

const retryRequest = object({}, { retry_failed_only: { type: 'boolean' } })

/** The routes that steer one batch. */
export function addBatchOrders(app: FastifyInstance, client: Client): void {
  app.post<OfBatch & { Body: { readonly reason?: string } }>(
    '/batches/:id/cancel',
    { schema: { body: object({}, { reason: text }), response } },
    async (request) => {
      const { id } = request.params
      const { reason } = request.body
      await client.cancelBatch(id, { ...(reason !== undefined && { reason }), ...actorOf(request) })
      return { batch_id: id, status: 'cancelled' }
    },
  )
  app.post<OfBatch & { Body: { readonly retry_failed_only?: boolean } }>(
    '/batches/:id/retry',
    { schema: { body: retryRequest, response } },
    async (request) => {
      const { id } = request.params
      const { retry_failed_only: failedOnly = false } = request.body
      await client.retryBatch(id, { failedOnly, ...actorOf(request) })
      return { batch_id: id, status: 'retried' }
    },
  )
  app.delete<OfBatch>('/batches/:id', { schema: { response } }, async ({ params: { id } }) => {
    await client.deleteBatch(id)
    return { batch_id: id, status: 'deleted' }
  })
}

const passedOver: BulkOrder['passedOver'] = ['batch-not-found', 'invalid-batch-status']

/** The routes that give one order to many batches; a retry is one of what was not completed. */
export function addBatchBulkOrders(app: FastifyInstance, client: Client): void {
  const newest: BulkOrder['newest'] = async (status) => {
    const options = { status: status as WorkflowStatus, limit: MAX_PAGE }
    return (await client.listBatches(options)).batches.map(({ id }) => id)
  }
  const orders: Readonly<Record<string, (id: string, by: OrderOptions) => Promise<void>>> = {
    cancel: (id, by) => client.cancelBatch(id, by),
    retry: (id, by) => client.retryBatch(id, { failedOnly: true, ...by }),
    delete: (id) => client.deleteBatch(id),
  }
  for (const [verb, order] of Object.entries(orders)) {
    app.post<{ Body: BulkWire }>(`/batches/bulk/${verb}`, { schema: bulkSchema }, async (request) => {
      const by = actorOf(request)
      const give = (id: string): Promise<void> => order(id, by)
      return { affected: await giveToMany(request.body, { newest, give, passedOver }) }
    })
  }
}
