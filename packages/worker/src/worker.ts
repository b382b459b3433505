import {
  createLifecycle,
  findTracing,
  type Lifecycle,
  nothingStopped,
  observeRuns,
  type Service,
  type StopOptions,
  type StopReport,
} from '@dureq/runtime'
import {
  DuplicateHandlerError,
  type Fault,
  type HandlerFunc,
  type HookFunc,
  type JsonValue,
  type ManyHandlerFunc,
  type Middleware,
  type StoreObserver,
  type Task,
  ValidationError,
} from '@dureq/types'
import { createEngine, type Engine } from './engine.ts'
import { checkManyRegistration, type HandleManyOptions } from './handle-many.ts'
import {
  type AnyTask,
  checkRegistration,
  createHandlerEntry,
  type HandleOptions,
  type Registration,
} from './handler-entry.ts'
import { describeHealth, type WorkerHealth } from './health.ts'
import { createHookRunner, type HookName, type HookRunner } from './hook-runner.ts'
import { type ResolvedWorkerOptions, resolveWorkerOptions, type WorkerOptions } from './worker-options.ts'

/** What a handler may return: what the result schema of its task says; anything, where it says nothing. */
export type HandlerResult<Result> = JsonValue extends Result ? unknown : Result

/**
 * A node that leases runs, executes their handlers and settles them.
 *
 * Handlers, middlewares and their options are fixed when it starts. `stop()` takes no new work, lets handlers end for
 * `timeoutMs` (default 30,000), then aborts their signals, waits for the grace period and hands back what is left.
 */
export interface Worker extends Service {
  readonly nodeId: string
  /** Adds middlewares around every handler, outside those of the handler; the first added is the outermost. */
  use(...middlewares: readonly Middleware[]): this
  /**
   * Registers the handler of a task; payload and result have its types.
   *
   * @throws ValidationError naming every faulty option, or when the worker has been started.
   * @throws DuplicateHandlerError when the name has a handler.
   */
  handle<Input, Payload, Result>(
    task: Task<Input, Payload, Result>,
    handler: HandlerFunc<Payload, HandlerResult<Result>>,
    options?: HandleOptions,
  ): this
  /** Registers the handler of a task type, or of all that a pattern such as `order.*` takes. */
  handle<Payload = JsonValue>(taskType: string, handler: HandlerFunc<Payload>, options?: HandleOptions): this
  /**
   * Registers a handler that takes up to `maxSize` jobs of a task at once and returns a result or an error for each, in
   * their order. One execution of it takes one slot, however many jobs it is given.
   *
   * @throws ValidationError naming every faulty option, or when the worker has been started.
   * @throws DuplicateHandlerError when the name has a handler.
   */
  handleMany<Input, Payload, Result>(
    task: Task<Input, Payload, Result>,
    options: HandleManyOptions,
    handler: ManyHandlerFunc<Payload, HandlerResult<Result>>,
  ): this
  /** The same for a task type, or for all that a pattern such as `order.*` takes, together. */
  handleMany<Payload = JsonValue>(
    taskType: string,
    options: HandleManyOptions,
    handler: ManyHandlerFunc<Payload>,
  ): this
  /** Adds a hook; at any time. */
  hook(name: HookName, hook: HookFunc): this
  /** How it is doing, without asking the store. */
  health(): WorkerHealth
}

/**
 * Makes a worker; it does nothing before `start()`.
 *
 * @throws ValidationError naming every faulty option.
 */
export function createWorker(options: WorkerOptions): Worker {
  return new NodeWorker(resolveWorkerOptions(options))
}

class NodeWorker implements Worker {
  readonly #options: ResolvedWorkerOptions
  readonly #lifecycle: Lifecycle
  readonly #hooks: HookRunner
  readonly #middlewares: Middleware[] = []
  readonly #registrations = new Map<string, Registration>()
  #engine: Engine | undefined
  #phaseSince: number

  constructor(options: ResolvedWorkerOptions) {
    this.#options = options
    this.#hooks = createHookRunner(options)
    this.#phaseSince = options.clock.now()
    this.#lifecycle = createLifecycle({ start: () => this.#start(), stop: (how) => this.#stop(how) })
  }

  get nodeId(): string {
    return this.#options.nodeId
  }

  use(...middlewares: readonly Middleware[]): this {
    this.#mustBeIdle('use')
    for (const [i, middleware] of middlewares.entries()) {
      if (typeof middleware !== 'function') throw refuse(`middlewares[${i}]`, 'must be a function')
    }
    this.#middlewares.push(...middlewares)
    return this
  }

  handle(taskOrType: string | AnyTask, handler: HandlerFunc<never>, options: HandleOptions = {}): this {
    this.#mustBeIdle('handle')
    // What the handler is typed with is what the task, or its author, says of the payload.
    return this.#register(checkRegistration(taskOf(taskOrType), handler as HandlerFunc<unknown>, options))
  }

  handleMany(
    taskOrType: string | AnyTask,
    options: HandleManyOptions,
    handler: ManyHandlerFunc<never>,
  ): this {
    this.#mustBeIdle('handleMany')
    const many = { options, handler: handler as ManyHandlerFunc<unknown>, leaseMs: this.#options.leaseMs }
    return this.#register(checkManyRegistration(taskOf(taskOrType), many))
  }

  hook(name: HookName, hook: HookFunc): this {
    this.#hooks.add(name, hook)
    return this
  }

  health(): WorkerHealth {
    const { nodeId, concurrency } = this.#options
    const { phase } = this.#lifecycle
    const handlers = this.#registrations.size
    const facts = { nodeId, handlers, concurrency, phase, phaseSince: this.#phaseSince }
    return describeHealth(facts, this.#engine?.state, this.#options.clock.now())
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(options?: StopOptions): Promise<StopReport> {
    return this.#lifecycle.stop(options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #start(): Promise<void> {
    const { clock, leaseMs, logger, concurrency, tracing } = this.#options
    this.#phaseSince = clock.now()
    if (this.#registrations.size === 0)
      throw refuse('handlers', 'must not be empty: call handle() or handleMany() before start()')
    const traced = tracing ? findTracing()?.createWorkerTracing() : undefined
    const worker = traced === undefined ? this.#options : withRunsObserved(this.#options, traced.observer)
    const defaults = { leaseMs, middlewares: [...(traced ? [traced.middleware] : []), ...this.#middlewares] }
    const entries = [...this.#registrations.values()].map((each) => createHandlerEntry(each, defaults))
    this.#engine = createEngine({ worker, entries, hooks: this.#hooks })
    await this.#engine.start()
    this.#phaseSince = clock.now()
    logger.info({ handlers: entries.map((entry) => entry.name), concurrency }, 'worker started')
  }

  async #stop(options: StopOptions): Promise<StopReport> {
    const { clock, logger } = this.#options
    this.#phaseSince = clock.now()
    const report = (await this.#engine?.stop(options)) ?? nothingStopped
    this.#phaseSince = clock.now()
    logger.info({ ...report }, 'worker stopped')
    return report
  }

  #register(registration: Registration): this {
    const { type } = registration.task
    if (this.#registrations.has(type)) throw new DuplicateHandlerError(type)
    this.#registrations.set(type, registration)
    return this
  }

  #mustBeIdle(verb: string): void {
    if (this.#lifecycle.phase !== 'idle') throw refuse(verb, 'must be called before start()')
  }
}

/** The same worker, with somebody who is told of the runs it claims and settles. */
function withRunsObserved(
  options: ResolvedWorkerOptions,
  observer: Omit<StoreObserver, 'called'>,
): ResolvedWorkerOptions {
  return { ...options, store: { ...options.store, runs: observeRuns(options.store.runs, observer) } }
}

function taskOf(taskOrType: string | AnyTask): AnyTask {
  return typeof taskOrType === 'string' ? { type: taskOrType } : taskOrType
}

function refuse(field: string, problem: string): ValidationError {
  const fault: Fault = { field, problem }
  return new ValidationError([fault])
}
