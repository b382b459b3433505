import type { AddressInfo } from 'node:net'
import { createBatchEngine } from '@dureq/batch'
import { createMetrics } from '@dureq/monitor'
import { createNodeId, type Service, systemRandom } from '@dureq/runtime'
import { createScheduler, type Scheduler } from '@dureq/scheduler'
import { type Logger, present, type Store } from '@dureq/types'
import { createWorker, type Worker } from '@dureq/worker'
import { createWorkflowEngine } from '@dureq/workflow'
import type { Logger as PinoLogger } from 'pino'
import type { Config, Mode } from './config/config.ts'
import { initialSettings } from './config/initial-settings.ts'
import { watchEventLoop } from './event-loop-delay.ts'
import { registerBuiltins } from './handlers/builtin.ts'
import { registerUserHandlers } from './handlers/user-handlers.ts'
import { createHttpServer } from './http-server.ts'
import { openStore } from './open-store.ts'
import { createShutdown, type Shutdown } from './shutdown.ts'
import { GRACE_MS, servicesStopWithinMs, stopWithinMs } from './stop-limits.ts'
import { putFirstSettings } from './store-settings.ts'

/** A running node. */
export interface ServerNode {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string
  /** What people are told of the store. */
  readonly place: string
  readonly monitor: boolean
  /**
   * Not ready any more; takes no new work, lets handlers finish within `drainTimeoutMs` and hands the others back; answers
   * what was asked over HTTP and ends the feeds; closes the store. Rejects when a part failed or hung, within `stopWithinMs` in any case.
   */
  stop(): Promise<void>
}

/** Composes a node from its configuration and starts it; what had been started is stopped when a part fails. */
export async function startNode(config: Config, logger: PinoLogger): Promise<ServerNode> {
  const shutdown = createShutdown(logger)
  try {
    return await compose(withNodeId(config), logger, shutdown)
  } catch (error) {
    await shutdown.run().catch(() => {}) // logged, and the lesser of two failures
    throw error
  }
}

async function compose(config: NamedConfig, logger: PinoLogger, shutdown: Shutdown): Promise<ServerNode> {
  const { store: plain, place } = await openStore(config, logger)
  shutdown.add({ name: 'store', withinMs: GRACE_MS, run: () => plain.close() })
  const wanted = initialSettings(config.settings)
  if (wanted !== undefined) await putFirstSettings(plain, wanted, logger)
  const { store, registry } = config.metrics
    ? createMetrics({ store: plain })
    : { store: plain, registry: undefined }

  const runs = (mode: Mode): boolean => config.modes.includes('full') || config.modes.includes(mode)
  const worker = runs('queue') ? await composeWorker(config, store, logger) : undefined
  const monitor = runs('monitor')
  const eventLoop = watchEventLoop(logger)
  shutdown.add({ name: 'event loop watch', withinMs: GRACE_MS, run: () => eventLoop.stop() })
  let stopping = false
  const http = createHttpServer({
    config,
    store,
    logger,
    monitor,
    registry,
    workerHealth: () => worker?.health(),
    isStopping: () => stopping,
    longestDelayMs: () => eventLoop.longestMs(),
  })
  shutdown.add({ name: 'http', withinMs: GRACE_MS, run: () => http.close() })
  await http.listen({ host: config.host, port: config.port })

  const services = [
    ...(worker === undefined ? [] : [worker]),
    ...(runs('scheduler') ? [composeScheduler(config, store, logger)] : []),
    ...(runs('workflow') ? composeEngines(config, store, logger) : []),
  ]
  shutdown.add({
    name: 'services',
    withinMs: servicesStopWithinMs(config),
    run: () => stopAll(services, config),
  })
  for (const service of services) await service.start()
  const stop = (): Promise<void> => {
    if (!stopping) logger.info({ withinMs: stopWithinMs(config) }, 'stopping')
    stopping = true
    return shutdown.run()
  }
  return { url: urlOf(http.server.address() as AddressInfo), place, monitor, stop }
}

type NamedConfig = Config & { readonly nodeId: string }

/** All parts of a node have one name. */
function withNodeId(config: Config): NamedConfig {
  return { ...config, nodeId: config.nodeId ?? createNodeId(systemRandom) }
}

async function composeWorker(config: NamedConfig, store: Store, logger: Logger): Promise<Worker> {
  const { concurrency, leaseMs, nodeId, address, tracing } = config
  const worker = createWorker({
    store,
    ...config.worker,
    ...present({ concurrency, leaseMs, nodeId, address, tracing }),
    logger,
  })
  registerBuiltins(worker, config.builtinHandlers, logger)
  await registerUserHandlers(worker, config.handlers)
  return worker
}

function composeScheduler({ nodeId, scheduler }: NamedConfig, store: Store, logger: Logger): Scheduler {
  return createScheduler({ store, nodeId, ...scheduler, logger })
}

/** Of workflows and of batches. What makes jobs of groups is code: an aggregator runs in a node of its users. */
function composeEngines(
  { nodeId, workflow, batch }: NamedConfig,
  store: Store,
  logger: Logger,
): readonly Service[] {
  const options = { store, nodeId, logger }
  return [createWorkflowEngine({ ...options, ...workflow }), createBatchEngine({ ...options, ...batch })]
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** All at once: what a worker lets finish takes longest, and nothing new is to begin meanwhile. */
async function stopAll(services: readonly Service[], { drainTimeoutMs: timeoutMs }: Config): Promise<void> {
  const stops = await Promise.allSettled(services.map((service) => service.stop({ timeoutMs })))
  for (const stop of stops) if (stop.status === 'rejected') throw stop.reason
}
