import { type Client, MAX_ITEM_PAGE } from '@dureq/client'
import { BatchNotFoundError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { encodeBatch, encodeItemResult, encodeItemState } from '../codecs/batch.ts'
import { inWireNames } from '../codecs/field-names.ts'
import {
  decodeItemsQuery,
  decodeTasksQuery,
  decodeWorkflowsQuery,
  type PageQueryWire,
  type WorkflowsQueryWire,
} from '../codecs/page-query.ts'
import { sendBody } from '../http/answer-errors.ts'
import { batchSchema, itemResultSchema, itemStateSchema } from '../schemas/batch.ts'
import { page, query } from '../schemas/page.ts'
import { addBatchBulkOrders, addBatchOrders } from './batch-orders.ts'
import { addBatchStart } from './batch-start.ts'
import { nextPage } from './next-page.ts'
import type { BatchRoutesOptions, OfBatch } from './of-batch.ts'

/** Everything below `/batches`. */
export function batchRoutes(app: FastifyInstance, options: BatchRoutesOptions): void {
  addBatchStart(app, options)
  addReads(app, options.client)
  addItemReads(app, options.client)
  addBatchOrders(app, options.client)
  addBatchBulkOrders(app, options.client)
}

function addReads(app: FastifyInstance, client: Client): void {
  app.get<{ Querystring: WorkflowsQueryWire }>(
    '/batches',
    {
      schema: {
        querystring: query('status', 'name', 'limit', 'offset', 'sort', 'cursor'),
        response: { 200: page(batchSchema) },
      },
    },
    async (request) => {
      const { batches, total, totalExact, cursor } = await inWireNames(
        client.listBatches(decodeWorkflowsQuery(request.query)),
      )
      return { data: batches.map(encodeBatch), total, total_exact: totalExact, cursor }
    },
  )
  app.get<OfBatch>(
    '/batches/:id',
    { schema: { response: { 200: batchSchema } } },
    async ({ params: { id } }) => {
      const found = await client.getBatch(id)
      if (found === undefined) throw new BatchNotFoundError(id)
      return encodeBatch(found)
    },
  )
}

function addItemReads(app: FastifyInstance, client: Client): void {
  app.get<OfBatch & { Querystring: PageQueryWire }>(
    '/batches/:id/items',
    { schema: { querystring: query('limit', 'offset'), response: { 200: page(itemStateSchema) } } },
    async ({ params: { id }, query: wire }) => {
      const { items, total } = await client.listBatchItems(id, decodeTasksQuery(wire))
      return { data: items.map(encodeItemState), total, total_exact: true }
    },
  )
  app.get<OfBatch & { Querystring: PageQueryWire }>(
    '/batches/:id/results',
    {
      schema: {
        querystring: query('limit', 'offset'),
        response: { 200: { type: 'array', items: itemResultSchema } },
      },
    },
    async ({ params: { id }, query: wire }, reply) => {
      const range = decodeItemsQuery(wire, MAX_ITEM_PAGE)
      const { results, nextOffset } = await client.getBatchResults(id, range)
      const next = { limit: range.limit, offset: nextOffset }
      if (nextOffset !== undefined) reply.header('link', nextPage(`/api/batches/${id}/results`, next))
      return results.map(encodeItemResult)
    },
  )
  addItemResult(app, client)
}

interface OfItem {
  readonly Params: OfBatch['Params'] & { readonly item: string }
}

function addItemResult(app: FastifyInstance, client: Client): void {
  app.get<OfItem>(
    '/batches/:id/results/:item',
    { schema: { response: { 200: itemResultSchema } } },
    async ({ params: { id, item } }, reply) => {
      const result = await client.getBatchItemResult(id, item)
      if (result !== undefined) return encodeItemResult(result)
      return sendBody(reply, 404, { error: 'batch item result not found', code: 'result-not-ready' })
    },
  )
}
