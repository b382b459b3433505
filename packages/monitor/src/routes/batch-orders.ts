import { type Client, MAX_PAGE } from '@dureq/client'
import type { JsonSchema, WorkflowStatus } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
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
    async ({ params: { id }, body: { reason } }) => {
      await client.cancelBatch(id, reason === undefined ? {} : { reason })
      return { batch_id: id, status: 'cancelled' }
    },
  )
  app.post<OfBatch & { Body: { readonly retry_failed_only?: boolean } }>(
    '/batches/:id/retry',
    { schema: { body: retryRequest, response } },
    async ({ params: { id }, body: { retry_failed_only: failedOnly = false } }) => {
      await client.retryBatch(id, { failedOnly })
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
  const orders: Readonly<Record<string, BulkOrder['give']>> = {
    cancel: (id) => client.cancelBatch(id),
    retry: (id) => client.retryBatch(id, { failedOnly: true }),
    delete: (id) => client.deleteBatch(id),
  }
  for (const [verb, give] of Object.entries(orders)) {
    app.post<{ Body: BulkWire }>(`/batches/bulk/${verb}`, { schema: bulkSchema }, async ({ body }) => ({
      affected: await giveToMany(body, { newest, give, passedOver }),
    }))
  }
}
