import { type Client, type ClientStore, createClient } from '@dureq/client'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { answerErrors } from './http/answer-errors.ts'
import { checkWithSchemas } from './http/compilers.ts'
import { type GuardOptions, guard } from './http/guard.ts'
import { acceptJson } from './http/json-body.ts'
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
import { queueRoutes } from './routes/queues.ts'
import { runRoutes } from './routes/runs.ts'
import { scheduleRoutes } from './routes/schedules.ts'
import { searchRoutes } from './routes/search.ts'
import { statsRoutes } from './routes/stats.ts'
import { storeInfoRoutes } from './routes/store-info.ts'
import { taskTypeRoutes } from './routes/task-types.ts'
import { uniqueKeyRoutes } from './routes/unique-keys.ts'
import { workflowRoutes } from './routes/workflows.ts'

/** What the API needs, and who may use it. */
export interface MonitorOptions extends GuardOptions {
  /** Where the jobs are. Whoever constructed it closes it, after the application. */
  readonly store: ClientStore
  /** Through which the API acts. Default: one of its own, closed with the application. */
  readonly client?: Client | undefined
}

/**
 * The HTTP API, under `/api`: register it on any Fastify application. It brings its own parser, validation, error
 * answers and guard and touches nothing outside its prefix.
 */
export const monitorPlugin: FastifyPluginAsync<MonitorOptions> = async (app, options) => {
  await app.register(async (api) => addApi(api, options), { prefix: '/api' })
}

/** The routes of all resources that only ask and order. */
const plainRoutes: readonly ((api: FastifyInstance, options: RoutesOptions) => void)[] = [
  scheduleRoutes,
  runRoutes,
  historyRoutes,
  dlqRoutes,
  queueRoutes,
  taskTypeRoutes,
  concurrencyRoutes,
  searchRoutes,
  uniqueKeyRoutes,
  lockRoutes,
  nodeRoutes,
  configRoutes,
  storeInfoRoutes,
  statsRoutes,
]

function addApi(api: FastifyInstance, { store, client, ...guardOptions }: MonitorOptions): void {
  answerErrors(api)
  acceptJson(api)
  checkWithSchemas(api)
  guard(api, guardOptions)

  const own = client ?? createClient({ store, logger: api.log })
  if (client === undefined) api.addHook('onClose', () => own.close())
  healthRoutes(api)
  jobRoutes(api, { client: own, limits: store.limits })
  workflowRoutes(api, { client: own, limits: store.limits })
  batchRoutes(api, { client: own, limits: store.limits })
  groupRoutes(api, { client: own, limits: store.limits })
  for (const add of plainRoutes) add(api, { client: own })
}
