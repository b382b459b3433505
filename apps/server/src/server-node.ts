import type { AddressInfo } from 'node:net'
import { createBatchEngine } from '@dureq/batch'
import type { Service } from '@dureq/runtime'
import { createScheduler, type Scheduler } from '@dureq/scheduler'
import type { Store } from '@dureq/types'
import { createWorker, type Worker } from '@dureq/worker'
import { createWorkflowEngine } from '@dureq/workflow'
import type { Logger } from 'pino'
import type { Config, Mode } from './config/config.ts'
import { registerBuiltins } from './handlers/builtin.ts'
import { registerUserHandlers } from './handlers/user-handlers.ts'
import { createHttpServer } from './http-server.ts'
import { openStore } from './open-store.ts'

/** A running node. */
export interface ServerNode {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string
  /** What people are told of the store. */
  readonly place: string
  readonly monitor: boolean
  /** Takes no new work, lets handlers finish within `drainTimeoutMs`, hands the others back, and closes everything. */
  stop(): Promise<void>
}

/** Composes a node from its configuration and starts it; what had been started is stopped when a part fails. */
export async function startNode(config: Config, logger: Logger): Promise<ServerNode> {
  const stack = new AsyncDisposer()
  try {
    const { store, place } = await openStore(config, logger)
    stack.add(() => store.close())
    const runs = (mode: Mode): boolean => config.modes.includes('full') || config.modes.includes(mode)
    const worker = runs('queue') ? await composeWorker(config, store, logger) : undefined
    const monitor = runs('monitor')
    const http = createHttpServer({ config, store, logger, monitor, workerHealth: () => worker?.health() })
    stack.add(() => http.close())
    await http.listen({ host: config.host, port: config.port })
    const services = [
      ...(worker === undefined ? [] : [worker]),
      ...(runs('scheduler') ? [composeScheduler(config, store, logger)] : []),
      ...(runs('workflow') ? composeEngines(config, store, logger) : []),
    ]
    stack.add(() => stopAll(services, config))
    for (const service of services) await service.start()
    return { url: urlOf(http.server.address() as AddressInfo), place, monitor, stop: () => stack.dispose() }
  } catch (error) {
    await stack.dispose().catch((err: unknown) => logger.error({ err }, 'cleaning up failed'))
    throw error
  }
}

async function composeWorker(config: Config, store: Store, logger: Logger): Promise<Worker> {
  const { concurrency, leaseMs, nodeId } = config
  const worker = createWorker({
    store,
    concurrency,
    leaseMs,
    logger,
    ...(nodeId === undefined ? {} : { nodeId }),
  })
  registerBuiltins(worker, config.builtinHandlers, logger)
  await registerUserHandlers(worker, config.handlers)
  return worker
}

function composeScheduler({ nodeId, leaderTtlMs }: Config, store: Store, logger: Logger): Scheduler {
  return createScheduler({ store, leaderTtlMs, logger, ...(nodeId === undefined ? {} : { nodeId }) })
}

/** Of workflows and of batches. What makes jobs of groups is code: an aggregator runs in a node of its users. */
function composeEngines({ nodeId }: Config, store: Store, logger: Logger): readonly Service[] {
  const options = { store, logger, ...(nodeId === undefined ? {} : { nodeId }) }
  return [createWorkflowEngine(options), createBatchEngine(options)]
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** All at once: what a worker lets finish takes longest, and nothing new is to begin meanwhile. */
async function stopAll(services: readonly Service[], { drainTimeoutMs: timeoutMs }: Config): Promise<void> {
  const stops = await Promise.allSettled(services.map((service) => service.stop({ timeoutMs })))
  for (const stop of stops) if (stop.status === 'rejected') throw stop.reason
}

/** Undoes what was done, the last first, once; what cannot be undone keeps nothing else from it. */
class AsyncDisposer {
  readonly #steps: (() => Promise<unknown>)[] = []
  #disposed: Promise<void> | undefined

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step)
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#run()
    return this.#disposed
  }

  async #run(): Promise<void> {
    const errors: unknown[] = []
    for (const step of this.#steps.reverse()) await step().catch((error: unknown) => errors.push(error))
    if (errors.length > 0) throw errors[0]
  }
}
