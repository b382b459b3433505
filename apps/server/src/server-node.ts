import type { AddressInfo } from 'node:net'
import { createScheduler, type Scheduler } from '@dureq/scheduler'
import type { Store } from '@dureq/types'
import { createWorker, type Worker } from '@dureq/worker'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
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
    const runs = (mode: 'queue' | 'scheduler' | 'monitor'): boolean =>
      config.modes.includes('full') || config.modes.includes(mode)
    const worker = runs('queue') ? await composeWorker(config, store, logger) : undefined
    const monitor = runs('monitor')
    const http = createHttpServer({ config, store, logger, monitor, workerHealth: () => worker?.health() })
    stack.add(() => http.close())
    await http.listen({ host: config.host, port: config.port })
    if (worker !== undefined) {
      stack.add(() => worker.stop({ timeoutMs: config.drainTimeoutMs }))
      await worker.start()
    }
    if (runs('scheduler')) {
      const scheduler = composeScheduler(config, store, logger)
      stack.add(() => scheduler.stop())
      await scheduler.start()
    }
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

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
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
