import type { Clock, EndedFiring, HookFunc, Hooks, JobEvent, LeasedRun, Logger } from '@dureq/types'
import { isThenable } from './run-handler.ts'
import { createWakeUp } from './wake-up.ts'

/** The hooks a worker can call: those of what its own calls to the store do. */
export type WorkerHooks = Pick<Hooks, HookName>

/** The name of one of them. */
export type HookName = 'onJobCompleted' | 'onJobFailed' | 'onJobDead' | 'onJobPaused' | 'onJobCancelled'

/** Calls hooks after the fact: they delay nothing, and what they throw is logged. */
export interface HookRunner {
  /** Adds a hook after those there are. */
  add(name: HookName, hook: HookFunc): void
  /** Firings have ended by a call of this process. */
  ended(firings: readonly EndedFiring[], nodeId?: string): void
  /** An attempt of this node has failed. */
  failed(lease: LeasedRun, error: string): void
  /** A run of this node has paused its job. */
  paused(lease: LeasedRun, error: string): void
  /** Resolves when no hook is running, or when `signal` aborts. */
  idle(signal: AbortSignal): Promise<void>
}

const hookOfEnd = {
  completed: ['onJobCompleted', 'job.completed'],
  dead: ['onJobDead', 'job.dead'],
  cancelled: ['onJobCancelled', 'job.cancelled'],
} as const

const endNames = Object.values(hookOfEnd).map(([name]) => name)

/** What a hook runner needs. */
export interface HookRunnerOptions {
  readonly hooks: WorkerHooks
  readonly nodeId: string
  readonly clock: Clock
  readonly logger: Logger
}

/** A runner that begins with the hooks it is given. */
export function createHookRunner(options: HookRunnerOptions): HookRunner {
  return new GuardedHooks(options)
}

class GuardedHooks implements HookRunner {
  readonly #nodeId: string
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #hooks = new Map<HookName, HookFunc[]>()
  readonly #idle = createWakeUp()
  #running = 0

  constructor({ hooks, nodeId, clock, logger }: HookRunnerOptions) {
    this.#nodeId = nodeId
    this.#clock = clock
    this.#logger = logger
    for (const [name, list] of Object.entries(hooks)) this.#hooks.set(name as HookName, [...list])
  }

  add(name: HookName, hook: HookFunc): void {
    const list = this.#hooks.get(name)
    if (list === undefined) this.#hooks.set(name, [hook])
    else list.push(hook)
  }

  ended(firings: readonly EndedFiring[], nodeId?: string): void {
    if (firings.length === 0) return
    for (const name of endNames) {
      const hooks = this.#hooks.get(name)
      if (hooks === undefined) continue
      const events = firings
        .filter(({ status }) => hookOfEnd[status][0] === name)
        .map((firing) => this.#eventOfEnd(firing, nodeId))
      this.#call(hooks, name, events)
    }
  }

  failed(lease: LeasedRun, error: string): void {
    const hooks = this.#hooks.get('onJobFailed')
    if (hooks !== undefined) this.#call(hooks, 'onJobFailed', [this.#eventOf('job.failed', lease, error)])
  }

  paused(lease: LeasedRun, error: string): void {
    const hooks = this.#hooks.get('onJobPaused')
    if (hooks !== undefined) this.#call(hooks, 'onJobPaused', [this.#eventOf('job.paused', lease, error)])
  }

  async idle(signal: AbortSignal): Promise<void> {
    if (this.#running > 0) await this.#idle.wait(signal)
  }

  #eventOf(type: 'job.failed' | 'job.paused', lease: LeasedRun, error: string): JobEvent {
    const { runId, taskType, attempt } = lease
    const timestamp = this.#clock.now()
    return { type, timestamp, ...idsOf(lease), runId, nodeId: this.#nodeId, taskType, error, attempt }
  }

  #eventOfEnd(firing: EndedFiring, nodeId: string | undefined): JobEvent {
    const { status, taskType, attempt, runId, error } = firing
    return {
      type: hookOfEnd[status][1],
      timestamp: this.#clock.now(),
      ...idsOf(firing),
      taskType,
      attempt,
      ...(runId === undefined ? {} : { runId }),
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(error === undefined ? {} : { error }),
    }
  }

  /** Calls the hooks for each event; whoever made them happen goes on first. */
  #call(hooks: readonly HookFunc[], name: HookName, events: readonly JobEvent[]): void {
    this.#running += events.length
    queueMicrotask(() => {
      for (const event of events) this.#callFrom(hooks, 0, { name, event })
    })
  }

  /** One hook after the other; only one that takes its time makes a promise. */
  #callFrom(hooks: readonly HookFunc[], from: number, of: Occasion): void {
    for (let i = from; i < hooks.length; i++) {
      try {
        const waited: unknown = hooks[i]?.(of.event)
        if (!isThenable(waited)) continue
        Promise.resolve(waited)
          .catch((error: unknown) => this.#failed(error, of))
          .finally(() => this.#callFrom(hooks, i + 1, of))
        return
      } catch (error) {
        this.#failed(error, of)
      }
    }
    if (--this.#running === 0) this.#idle.fire()
  }

  #failed(error: unknown, { name, event }: Occasion): void {
    this.#logger.error({ err: error, hook: name, jobId: event.jobId }, 'a hook failed')
  }
}

/** As in the events of the store: what happens to a firing of a recurring job names both. */
function idsOf({
  jobId,
  firingId,
}: Pick<EndedFiring, 'jobId' | 'firingId'>): Pick<JobEvent, 'jobId' | 'firingId'> {
  return firingId === jobId ? { jobId } : { jobId, firingId }
}

/** What a hook is called for. */
interface Occasion {
  readonly name: HookName
  readonly event: JobEvent
}
