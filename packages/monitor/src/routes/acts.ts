import type { FastifyInstance } from 'fastify'
import { encodeAct } from '../codecs/act.ts'
import { instant, named, object, text } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'

const acts = {
  type: 'array',
  items: named('Act', object({ timestamp: instant, verb: text }, { who: text, from: text, why: text })),
}

/** Who gave orders to workflows and batches. Those to jobs stand in the trails of jobs. */
export function actRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  app.get<{ Params: { readonly id: string } }>(
    '/workflows/:id/acts',
    { schema: { response: { 200: acts } } },
    async ({ params: { id } }) => (await client.workflowActs(id)).map(encodeAct),
  )
  app.get<{ Params: { readonly id: string } }>(
    '/batches/:id/acts',
    { schema: { response: { 200: acts } } },
    async ({ params: { id } }) => (await client.batchActs(id)).map(encodeAct),
  )
}
