import { type Client, type ClientStore, createClient } from '@dureq/client'
import type { Clock } from '@dureq/types'
import type { FastifyInstance, FastifyPluginAsync, RegisterOptions } from 'fastify'
import type { AccessOptions } from './access/access-options.ts'
import { guard } from './access/guard.ts'
import { feedRoutes } from './feed/feed-routes.ts'
import { answerErrors } from './http/answer-errors.ts'
import { addAnswerHeaders } from './http/answer-headers.ts'
import { checkWithSchemas } from './http/compilers.ts'
import { acceptJson } from './http/json-body.ts'
import { limitQueries } from './http/limit-queries.ts'
import { requestInLog } from './http/request-in-log.ts'
import { describeRoutes } from './openapi/described-routes.ts'
import { docsPages } from './pages/docs-pages.ts'
import { createRedactor } from './redaction/redactor.ts'
import type { RedactionRule } from './redaction/rules.ts'
import { actRoutes } from './routes/acts.ts'
import { batchRoutes } from './routes/batches.ts'
import { concurrencyRoutes } from './routes/concurrency.ts'
import { configRoutes } from './routes/config.ts'
import { dlqRoutes } from './routes/dlq.ts'
import { groupRoutes } from './routes/groups.ts'
import { healthRoutes } from './routes/health.ts'
import { historyRoutes } from './routes/history.ts'
import { jobRoutes } from './routes/jobs.ts'
import { lockRoutes } from './routes/locks.ts'
import { nodeRoutes } from './routes/nodes.ts'
import type { RoutesOptions } from './routes/of-client.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { queueRoutes } from './routes/queues.ts'
import { runRoutes } from './routes/runs.ts'
import { scheduleRoutes } from './routes/schedules.ts'
import { searchRoutes } from './routes/search.ts'
import { statsRoutes } from './routes/stats.ts'
import { storeInfoRoutes } from './routes/store-info.ts'
import { taskTypeRoutes } from './routes/task-types.ts'
import { ticketRoutes } from './routes/tickets.ts'
import { uniqueKeyRoutes } from './routes/unique-keys.ts'
import { workflowRoutes } from './routes/workflows.ts'

/** What the API needs, and who may use it. */
export interface MonitorOptions extends AccessOptions {
  /** Where the jobs are. Whoever constructed it closes it, after the application. */
  readonly store: ClientStore
  /** Through which the API acts. Default: one of its own, closed with the application. */
  readonly client?: Client | undefined
  /** What of user data nobody is shown, in no answer. Default: everything is. Searches for what is hidden are refused. */
  readonly redact?: readonly RedactionRule[] | undefined
  /** Paces the feed, and ends tickets. Default: the system's. */
  readonly clock?: Clock | undefined
}

/**
 * The HTTP API, under `/api`: register it on any Fastify application. It brings its own parser, validation, error
 * answers and guard and touches nothing outside its prefix.
 */
export const monitorPlugin: FastifyPluginAsync<MonitorOptions> = async (app, options) => {
  await app.register(async (api) => addApi(api, options), { prefix: '/api', logSerializers })
  await app.register(docsPages, { prefix: '/api' })
}

/** Fastify's types know of texts only; the log takes whatever JSON a serializer makes. */
const logSerializers = { req: requestInLog } as unknown as NonNullable<RegisterOptions['logSerializers']>

/** The routes of all resources that only ask and order. */
const plainRoutes: readonly ((api: FastifyInstance, options: RoutesOptions) => void)[] = [
  actRoutes,
  scheduleRoutes,
  runRoutes,
  historyRoutes,
  dlqRoutes,
  queueRoutes,
  taskTypeRoutes,
  concurrencyRoutes,
  uniqueKeyRoutes,
  lockRoutes,
  nodeRoutes,
  configRoutes,
  storeInfoRoutes,
  statsRoutes,
]

function addApi(api: FastifyInstance, { store, client, clock, redact, ...access }: MonitorOptions): void {
  // Before anybody notes routes: whatever is not there is ours to answer, also beside pages that take every path.
  api.get('/*', async (_, reply) => reply.callNotFound())
  answerErrors(api)
  acceptJson(api)
  const redactor = createRedactor(redact)
  checkWithSchemas(api, redactor)
  addAnswerHeaders(api)
  const tickets = guard(api, { ...access, clock })
  limitQueries(api)
  const routes = describeRoutes(api)

  const own = client ?? createClient({ store, logger: api.log })
  if (client === undefined) api.addHook('onClose', () => own.close())
  healthRoutes(api)
  ticketRoutes(api, tickets)
  jobRoutes(api, { client: own, limits: store.limits })
  workflowRoutes(api, { client: own, limits: store.limits })
  batchRoutes(api, { client: own, limits: store.limits })
  groupRoutes(api, { client: own, limits: store.limits })
  for (const add of plainRoutes) add(api, { client: own })
  searchRoutes(api, { client: own, redactor })
  feedRoutes(api, { store, clock })
  openApiRoutes(api, routes)
}
