import { systemClock } from '@dureq/runtime'
import type { Store } from '@dureq/types'
import type { WorkerHealth } from '@dureq/worker'
import type { FastifyInstance } from 'fastify'

/** What the health checks look at. */
export interface HealthRoutesOptions {
  readonly store: Pick<Store, 'inspector'>
  /** How the worker is; undefined on a node without one. */
  readonly workerHealth: () => WorkerHealth | undefined
  /** Whether the node was told to stop. */
  readonly isStopping: () => boolean
  /** The longest the event loop was blocked lately, in ms. */
  readonly longestDelayMs: () => number
  /** Blocked for longer than this the node is sick, in ms. */
  readonly maxEventLoopDelayMs: number
}

/** A store that takes longer to answer counts as away. */
const PATIENCE_MS = 2_000

/**
 * `/healthz`: the store answers, the worker takes jobs where it should, the event loop gets round to everything; what
 * restarts a process looks here. `/readyz`: besides, the node works and was not told to stop; what sends it requests looks
 * here.
 */
export function healthRoutes(app: FastifyInstance, options: HealthRoutesOptions): void {
  app.get('/healthz', async (_, reply) => {
    const error = await sicknessOf(options)
    if (error === undefined) return { status: 'healthy' }
    return reply.code(503).send({ status: 'unhealthy', error })
  })

  app.get('/readyz', async (_, reply) => {
    const reason = idlenessOf(options) ?? (await sicknessOf(options))
    if (reason === undefined) return { status: 'ready', handlers: options.workerHealth()?.handlers ?? 0 }
    return reply.code(503).send({ status: 'not ready', reason })
  })
}

/** What a restart may mend. */
async function sicknessOf(options: HealthRoutesOptions): Promise<string | undefined> {
  const { store, workerHealth, longestDelayMs, maxEventLoopDelayMs } = options
  const delayMs = longestDelayMs()
  if (delayMs > maxEventLoopDelayMs) return `the event loop was blocked for ${delayMs} ms`
  const status: string | undefined = workerHealth()?.status
  if (status === 'stalled') return 'the worker is stalled: it takes no jobs although it should'
  return (await answers(store)) ? undefined : 'the store does not answer'
}

/** Why a node does nothing; one without a worker has no jobs to take, and one that is drained takes none on purpose. */
function idlenessOf({ isStopping, workerHealth }: HealthRoutesOptions): string | undefined {
  if (isStopping()) return 'the node is stopping'
  const health = workerHealth()
  if (health === undefined || atWork.has(health.status)) return undefined
  return `the worker is ${health.status}`
}

/** What else is wrong with a worker that is stalled, `sicknessOf` says. */
const atWork: ReadonlySet<string> = new Set(['running', 'draining', 'stalled'])

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
