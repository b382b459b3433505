import { type AccessOptions, guard, type Metrics } from '@dureq/monitor'
import type { FastifyInstance } from 'fastify'

/** `/metrics`, for Prometheus: for those who may use the API. */
export function metricsRoute(
  app: FastifyInstance,
  registry: Metrics['registry'],
  access: AccessOptions,
): void {
  void app.register(async (scope) => {
    guard(scope, access)
    scope.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()))
  })
}
