import {
  type AccessOptions,
  answerErrors,
  dashboardPlugin,
  type Metrics,
  monitorPlugin,
  monitorRouterOptions,
  sendError,
} from '@dureq/monitor'
import type { Store } from '@dureq/types'
import { type FastifyInstance, fastify, LogController } from 'fastify'
import type { Logger } from 'pino'
import { type Config, hasTokens } from './config/config.ts'
import { type HealthRoutesOptions, healthRoutes } from './health-routes.ts'
import { metricsRoute } from './metrics-route.ts'

/** What the HTTP side of a node shows. */
export interface HttpServerOptions extends Omit<HealthRoutesOptions, 'maxEventLoopDelayMs'> {
  readonly config: Config
  readonly store: Store
  readonly logger: Logger
  /** What is measured; undefined where nothing is. */
  readonly registry: Metrics['registry'] | undefined
  /** Whether the API is served beside the health checks. */
  readonly monitor: boolean
}

/** A request that has not arrived whole after so long is given up. */
const REQUEST_TIMEOUT_MS = 60_000

/** The health checks `/healthz` and `/readyz`, open to everyone; metrics, and the API with its pages. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { config, store, logger, monitor, registry } = options
  const app = fastify({
    loggerInstance: logger.child({ component: 'http' }),
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: sendError,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: [...config.api.trustProxies],
    routerOptions: { ...monitorRouterOptions },
  }) as unknown as FastifyInstance // whatever its logger is
  answerErrors(app)
  healthRoutes(app, { ...options, ...config.health })
  const access = accessOf(config)
  if (registry !== undefined) metricsRoute(app, registry, access)
  if (monitor) {
    if (!hasTokens(config)) logger.info({}, 'no token is configured: the API is for this machine only')
    void app.register(monitorPlugin, { store, redact: config.api.redact, ...access })
    void app.register(dashboardPlugin, { dir: config.dashboardDir })
  }
  return app
}

/** Who may use what this node serves. */
function accessOf({ apiToken, api }: Config): AccessOptions {
  const { tokens, origins, failuresPerMinute } = api
  return { apiToken, tokens, origins, failuresPerMinute }
}
