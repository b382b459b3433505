import {
  createElector,
  createLifecycle,
  createTimekeeper,
  type Elector,
  type Lifecycle,
  nothingStopped,
  type Service,
  type StopOptions,
  type StopReport,
  type Term,
  type Timekeeper,
} from '@dureq/runtime'
import { createFiringRounds } from './firing-rounds.ts'
import { createPeriodicTasks, type PeriodicTasks } from './periodic/periodic-tasks.ts'
import {
  type ResolvedSchedulerOptions,
  resolveSchedulerOptions,
  type SchedulerOptions,
} from './scheduler-options.ts'
import { createSchedulerTools, type SchedulerTools } from './scheduler-tools.ts'
import { untilAborted } from './until-aborted.ts'
import { createWakeListener } from './wake-listener.ts'

/**
 * Fires schedules when they are due. Of all schedulers of a store one does it, the leader; when it is gone another takes
 * over within seconds. That only saves work: a firing time is fired once however many fire.
 */
export interface Scheduler extends Service {
  readonly nodeId: string
  /** Whether it is this one that fires at the moment. */
  readonly isLeader: boolean
}

/**
 * Makes a scheduler; it does nothing before `start()`, which rejects when the store does not answer.
 *
 * @throws ValidationError naming every faulty option.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  return new NodeScheduler(resolveSchedulerOptions(options))
}

class NodeScheduler implements Scheduler {
  readonly nodeId: string
  readonly #tools: SchedulerTools
  readonly #lifecycle: Lifecycle
  readonly #timekeeper: Timekeeper
  readonly #elector: Elector
  readonly #periodic: PeriodicTasks | undefined

  constructor(options: ResolvedSchedulerOptions) {
    const tools = createSchedulerTools(options)
    this.nodeId = options.nodeId
    this.#tools = tools
    this.#lifecycle = createLifecycle({ start: () => this.#start(), stop: () => this.#stop() })
    this.#timekeeper = createTimekeeper(tools)
    this.#elector = createElector({
      ...tools,
      owner: options.nodeId,
      ttlMs: options.leaderTtlMs,
      lead: (term) => this.#lead(term),
    })
    this.#periodic = createPeriodicTasks(options, tools)
  }

  get isLeader(): boolean {
    return this.#elector.isLeader
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
    await this.#tools.store.schedules.due(0)
    this.#timekeeper.start()
    this.#elector.start()
    this.#periodic?.start()
    this.#tools.logger.info({}, 'scheduler started')
  }

  /** Every call under way is awaited; none takes long. */
  async #stop(): Promise<StopReport> {
    await Promise.all([this.#periodic?.stop(), this.#elector.stop(), this.#timekeeper.stop()])
    this.#tools.logger.info({}, 'scheduler stopped')
    return nothingStopped
  }

  async #lead({ signal }: Term): Promise<void> {
    const rounds = createFiringRounds(this.#tools)
    const listener = createWakeListener({
      ...this.#tools,
      onSchedules: () => rounds.wake(),
      onDue: () => this.#timekeeper.wake(),
    })
    // It listens before the first look, so that nothing falls between.
    listener.start()
    rounds.start()
    await untilAborted(signal)
    await Promise.all([rounds.stop(), listener.stop()])
  }
}
