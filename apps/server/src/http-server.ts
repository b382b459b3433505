import { monitorPlugin } from '@dureq/monitor'
import type { Logger, Store } from '@dureq/types'
import type { WorkerHealth } from '@dureq/worker'
import { type FastifyInstance, fastify } from 'fastify'
import type { Config } from './config/config.ts'

/** What the HTTP side of a node shows. */
export interface HttpServerOptions {
  readonly config: Config
  readonly store: Store
  readonly logger: Logger
  /** Whether the API is served beside the health checks. */
  readonly monitor: boolean
  /** How the worker is; undefined on a node without one. */
  readonly workerHealth: () => WorkerHealth | undefined
}

/** The health checks `/healthz` and `/readyz`, and the API. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { config, store, monitor } = options
  const app = fastify()
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_, reply) => {
    const problem = await findProblem(options)
    if (problem === undefined) return { status: 'ready' }
    return reply.status(503).send({ status: 'not ready', problem })
  })
  if (monitor) {
    const { apiToken } = config
    void app.register(monitorPlugin, { store, apiToken, loopbackOnly: apiToken === undefined })
  }
  return app
}

/** Ready is: the store answers and the fetch loop is alive. */
async function findProblem({ store, workerHealth, logger }: HttpServerOptions): Promise<string | undefined> {
  const health = workerHealth()
  if (health !== undefined && health.status !== 'running' && health.status !== 'draining') {
    return `worker is ${health.status}`
  }
  try {
    await store.inspector.info()
    return undefined
  } catch (err) {
    logger.warn({ err }, 'store does not answer')
    return 'store does not answer'
  }
}
