import { ServerStoppedError } from '@dureq/types'
import type { Service, StopOptions, StopReport } from './service.ts'
import { nothingStopped } from './service.ts'

/** What a service does when it starts and stops; each is called at most once. */
export interface LifecycleHooks {
  /** A start that rejects leaves the service stopped; `stop` is then called to clean up. */
  readonly start: () => Promise<void>
  readonly stop: (options: StopOptions) => Promise<StopReport>
}

/** Where a service is in its life. */
export type Phase = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped'

/** A service that also says where it is in its life. */
export interface Lifecycle extends Service {
  readonly phase: Phase
}

/**
 * The rules every service shares: a second start joins the first, stop is idempotent and allowed before start,
 * a stop during start waits for the start, and nothing starts after a stop (`ServerStoppedError`).
 */
export function createLifecycle(hooks: LifecycleHooks): Lifecycle {
  return new ServiceLifecycle(hooks)
}

class ServiceLifecycle implements Lifecycle {
  readonly #hooks: LifecycleHooks
  #phase: Phase = 'idle'
  #started: Promise<void> | undefined
  #stopped: Promise<StopReport> | undefined

  constructor(hooks: LifecycleHooks) {
    this.#hooks = hooks
  }

  get phase(): Phase {
    return this.#phase
  }

  start(): Promise<void> {
    if (this.#stopped !== undefined) return Promise.reject(new ServerStoppedError())
    this.#started ??= this.#start()
    return this.#started
  }

  stop(options: StopOptions = {}): Promise<StopReport> {
    this.#stopped ??= this.#stop(options)
    return this.#stopped
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #start(): Promise<void> {
    this.#phase = 'starting'
    try {
      await this.#hooks.start()
    } catch (error) {
      // A stop that came meanwhile waits for this start and then cleans up itself.
      if (this.#stopped === undefined) await (this.#stopped = this.#finish({}))
      throw error
    }
    if (this.#phase === 'starting') this.#phase = 'running'
  }

  async #stop(options: StopOptions): Promise<StopReport> {
    const started = this.#started
    this.#phase = 'stopping'
    if (started === undefined) {
      this.#phase = 'stopped'
      return nothingStopped
    }
    await started.catch(() => {})
    return await this.#finish(options)
  }

  async #finish(options: StopOptions): Promise<StopReport> {
    this.#phase = 'stopping'
    try {
      return await this.#hooks.stop(options)
    } finally {
      this.#phase = 'stopped'
    }
  }
}
