import type { FastifyInstance } from 'fastify'
import { object } from '../schemas/shared.ts'

/** Says that the API answers; does not ask the store. */
export function healthRoutes(app: FastifyInstance): void {
  const schema = { response: { 200: object({ status: { const: 'ok' } }) } }
  app.get('/health', { schema }, async () => ({ status: 'ok' }))
}
