import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { encodeQueue, encodeUnserved } from '../codecs/queue.ts'
import { queueSchema, unservedSchema } from '../schemas/queue.ts'
import { object, text } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'

/** Everything below `/queues`: the tiers, the highest first, and work that no node takes. */
export function queueRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  app.get('/queues', { schema: { response: { 200: { type: 'array', items: queueSchema } } } }, async () =>
    (await client.queues()).tiers.map(encodeQueue),
  )

  app.get(
    '/queues/unserved',
    { schema: { response: { 200: { type: 'array', items: unservedSchema } } } },
    async () => (await client.queues()).unserved.map(encodeUnserved),
  )

  for (const [verb, order, status] of [
    ['pause', 'pauseTier', 'paused'],
    ['resume', 'resumeTier', 'resumed'],
  ] as const) {
    app.post<{ Params: { readonly tier: string } }>(
      `/queues/:tier/${verb}`,
      { schema: { body: object({}), response: { 200: object({ queue: text, status: text }) } } },
      async ({ params: { tier } }) => {
        await inWireNames(client[order](tier))
        return { queue: tier, status }
      },
    )
  }
}
