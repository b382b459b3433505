import { systemClock } from '@dureq/runtime'
import type { Store } from '@dureq/types'
import type { WorkerHealth } from '@dureq/worker'
import type { FastifyInstance } from 'fastify'

/** What the health checks look at. */
export interface HealthRoutesOptions {
  readonly store: Pick<Store, 'inspector'>
  /** How the worker is; undefined on a node without one. */
  readonly workerHealth: () => WorkerHealth | undefined
}

/** A store that takes longer to answer counts as away. */
const PATIENCE_MS = 2_000

const away = 'the store does not answer'

/**
 * `/healthz`: the process lives and its store answers. `/readyz`: besides, its worker does its rounds; from the moment
 * the node is told to stop it is not ready any more.
 */
export function healthRoutes(app: FastifyInstance, { store, workerHealth }: HealthRoutesOptions): void {
  app.get('/healthz', async (_, reply) => {
    if (await answers(store)) return { status: 'healthy' }
    return reply.code(503).send({ status: 'unhealthy', error: away })
  })

  app.get('/readyz', async (_, reply) => {
    const reason = problemOf(workerHealth()) ?? ((await answers(store)) ? undefined : away)
    if (reason === undefined) return { status: 'ready' }
    return reply.code(503).send({ status: 'not ready', reason })
  })
}

/** Why a worker does no rounds; a node without one has none to do, and one that is drained does them in vain. */
function problemOf(health: WorkerHealth | undefined): string | undefined {
  if (health === undefined || health.status === 'running' || health.status === 'draining') return undefined
  return `the worker is ${health.status}`
}

async function answers({ inspector }: HealthRoutesOptions['store']): Promise<boolean> {
  const enough = new AbortController()
  try {
    const late = systemClock.sleep(PATIENCE_MS, enough.signal).then(() => false)
    late.catch(() => {}) // the store was faster
    return await Promise.race([inspector.info().then(() => true), late])
  } catch {
    return false
  } finally {
    enough.abort()
  }
}
