import {
  chainMiddleware,
  checkHandlerName,
  checkInteger,
  checkName,
  defaultRetryPolicy,
  Faults,
  type HandlerFunc,
  HandlerNotFoundError,
  type HandlerOptions,
  type HandlerSpec,
  type LeasedRun,
  type ManyHandlerFunc,
  type Middleware,
  present,
  type ResolvedRetryPolicy,
  type ResolvedTaskOptions,
  resolveRetryPolicy,
  resolveTaskOptions,
  type Task,
} from '@dureq/types'

/**
 * How a worker runs a handler. What is given here wins over the task, and what enqueue stated for one job wins over
 * both. Priority and schedule-to-start timeout are no concern of a handler: the client applies those of the task.
 */
export type HandleOptions = Omit<HandlerOptions, 'priority' | 'scheduleToStartTimeout'>

/** A task of any types; a name without a task is one without schemas. */
export type AnyTask = Task<unknown, unknown, unknown>

/** A handler as it was registered, checked. */
export interface Registration {
  readonly task: AnyTask
  readonly handler: HandlerFunc<unknown>
  readonly options: HandleOptions
  readonly resolved: ResolvedTaskOptions
  /** Set when the handler takes many jobs at once; `handler` is then what brings one job to it. */
  readonly many?: ManyEntry
}

/** A handler that takes many jobs at once, and when it begins. */
export interface ManyEntry {
  /** Most jobs of one execution. */
  readonly maxSize: number
  /** Longest time a job waits for others. */
  readonly maxWaitMs: number
  readonly handler: ManyHandlerFunc<unknown>
}

/** A handler as a worker runs it: with its defaults and with all middlewares around it. */
export interface HandlerEntry {
  /** A task type or a pattern. */
  readonly name: string
  readonly task: AnyTask
  /** What the store is told of it. */
  readonly spec: HandlerSpec
  /** Most executions at once; undefined: as many as the worker has slots. */
  readonly concurrency: number | undefined
  /** The policy of jobs that have none of their own. */
  readonly policy: ResolvedRetryPolicy
  /** Of jobs that have none of their own; undefined: no limit. */
  readonly timeoutMs: number | undefined
  readonly handler: HandlerFunc<unknown>
  /** Set when jobs are given to a handler of many; `handler` brings one of them there. */
  readonly many: ManyEntry | undefined
}

const MOST_AT_ONCE = 100_000

/**
 * Checks what `handle` was given.
 *
 * @throws ValidationError naming every fault by its field.
 */
export function checkRegistration(
  task: AnyTask,
  handler: HandlerFunc<unknown>,
  options: HandleOptions,
): Registration {
  const faults = new Faults()
  const registration = addRegistrationFaults({ task, handler, options }, faults)
  faults.throwIfAny()
  return registration
}

/** The same, adding faults to those a caller has found; what it returns is good only if there are none. */
export function addRegistrationFaults(
  { task, handler, options }: Pick<Registration, 'task' | 'handler' | 'options'>,
  faults: Faults,
): Registration {
  const { concurrency, version, middlewares = [] } = options
  checkHandlerName(task.type, 'taskType', faults)
  if (typeof handler !== 'function') faults.add('handler', 'must be a function')
  if (concurrency !== undefined) {
    checkInteger(concurrency, { min: 1, max: MOST_AT_ONCE }, 'concurrency', faults)
  }
  if (version !== undefined) checkName('version', version, 'version', faults)
  for (const [i, middleware] of middlewares.entries()) {
    if (typeof middleware !== 'function') faults.add(`middlewares[${i}]`, 'must be a function')
  }
  const resolved = resolveTaskOptions({ ...task, ...present(options) }, faults)
  return { task, handler, options, resolved }
}

/** Completes a registration with the defaults and the middlewares of its worker. */
export function createHandlerEntry(
  { task, handler, options, resolved, many }: Registration,
  worker: { readonly leaseMs: number; readonly middlewares: readonly Middleware[] },
): HandlerEntry {
  const policy = resolved.retryPolicy ?? resolveRetryPolicy(defaultRetryPolicy())
  return {
    name: task.type,
    task,
    spec: {
      name: task.type,
      leaseMs: resolved.heartbeatTimeoutMs ?? worker.leaseMs,
      maxAttempts: policy.maxAttempts,
      ...(options.version === undefined ? {} : { version: options.version }),
    },
    concurrency: options.concurrency,
    policy,
    timeoutMs: resolved.timeoutMs,
    handler: chainMiddleware(handler, [...worker.middlewares, ...(options.middlewares ?? [])]),
    many,
  }
}

/** Stands in for a handler that is not there: the store gave work nobody here has asked for. Each try is an attempt. */
export function missingHandler({ taskType, leaseMs }: LeasedRun): HandlerEntry {
  const handler = (): never => {
    throw new HandlerNotFoundError(taskType)
  }
  const registration = { task: { type: taskType }, handler, options: {}, resolved: {} }
  return createHandlerEntry(registration, { leaseMs, middlewares: [] })
}
