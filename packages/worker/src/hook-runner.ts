import type { Clock, EndedFiring, HookFunc, Hooks, JobEvent, LeasedRun, Logger } from '@dureq/types'
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
    if (this.#hooks.size === 0) return
    for (const { status, jobId, taskType, attempt, runId, error } of firings) {
      const [name, type] = hookOfEnd[status]
      this.#call(name, {
        type,
        timestamp: this.#clock.now(),
        jobId,
        taskType,
        attempt,
        ...(runId === undefined ? {} : { runId }),
        ...(nodeId === undefined ? {} : { nodeId }),
        ...(error === undefined ? {} : { error }),
      })
    }
  }

  failed(lease: LeasedRun, error: string): void {
    if (this.#hooks.has('onJobFailed')) this.#call('onJobFailed', this.#eventOf('job.failed', lease, error))
  }

  paused(lease: LeasedRun, error: string): void {
    if (this.#hooks.has('onJobPaused')) this.#call('onJobPaused', this.#eventOf('job.paused', lease, error))
  }

  async idle(signal: AbortSignal): Promise<void> {
    if (this.#running > 0) await this.#idle.wait(signal)
  }

  #eventOf(type: 'job.failed' | 'job.paused', lease: LeasedRun, error: string): JobEvent {
    const { jobId, runId, taskType, attempt } = lease
    const timestamp = this.#clock.now()
    return { type, timestamp, jobId, runId, nodeId: this.#nodeId, taskType, error, attempt }
  }

  #call(name: HookName, event: JobEvent): void {
    const list = this.#hooks.get(name)
    if (list !== undefined) void this.#callEach(list, name, event)
  }

  async #callEach(list: readonly HookFunc[], name: HookName, event: JobEvent): Promise<void> {
    this.#running++
    // Whoever made it happen goes on first.
    await Promise.resolve()
    for (const hook of list) {
      try {
        await hook(event)
      } catch (error) {
        this.#logger.error({ err: error, hook: name, jobId: event.jobId }, 'a hook failed')
      }
    }
    if (--this.#running === 0) this.#idle.fire()
  }
}
