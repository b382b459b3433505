import { answerErrors, monitorPlugin, monitorRouterOptions, sendError } from '@dureq/monitor'
import type { Store } from '@dureq/types'
import type { WorkerHealth } from '@dureq/worker'
import { type FastifyInstance, fastify, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import { healthRoutes } from './health-routes.ts'

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

/** The health checks `/healthz` and `/readyz`, open to everyone, and the API. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { config, store, logger, monitor } = options
  const app = fastify({
    loggerInstance: logger.child({ component: 'http' }),
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: sendError,
    routerOptions: { ...monitorRouterOptions },
  }) as unknown as FastifyInstance // whatever its logger is
  answerErrors(app)
  healthRoutes(app, options)
  if (monitor) {
    const { apiToken } = config
    void app.register(monitorPlugin, { store, apiToken, loopbackOnly: apiToken === undefined })
  }
  return app
}
