import {
  createLifecycle,
  createTimekeeper,
  type Lifecycle,
  type Loop,
  nothingStopped,
  type Service,
  type StopOptions,
  type StopReport,
  type Timekeeper,
} from '@dureq/runtime'
import { createComplaints } from './complaints.ts'
import { createDefinitions } from './definitions.ts'
import { createHookCaller, type HookCaller } from './engine-hooks.ts'
import {
  type ResolvedEngineOptions,
  resolveEngineOptions,
  type WorkflowEngineOptions,
} from './engine-options.ts'
import { createEngineTools, type EngineTools } from './engine-tools.ts'
import { createMailRounds } from './mail-rounds.ts'
import { createPartCache } from './part-cache.ts'
import { createSteps } from './steps.ts'
import { createWakeListener } from './wake-listener.ts'

/**
 * Carries workflows on: dispatches what is ready, follows what ends, and ends them. Any number of engines share a store,
 * and none leads: each is given other workflows.
 */
export interface WorkflowEngine extends Service {
  readonly nodeId: string
}

/**
 * Makes a workflow engine; it does nothing before `start()`, which rejects when the store does not answer.
 *
 * @throws ValidationError naming every faulty option.
 */
export function createWorkflowEngine(options: WorkflowEngineOptions): WorkflowEngine {
  return new NodeWorkflowEngine(resolveEngineOptions(options))
}

/** How long hooks may go on after the last step. */
const HOOKS_MS = 30_000

class NodeWorkflowEngine implements WorkflowEngine {
  readonly nodeId: string
  readonly #tools: EngineTools
  readonly #lifecycle: Lifecycle
  readonly #timekeeper: Timekeeper
  readonly #hooks: HookCaller
  readonly #rounds: Loop
  readonly #listener: Loop

  constructor(options: ResolvedEngineOptions) {
    const tools = createEngineTools(options)
    this.nodeId = options.nodeId
    this.#tools = tools
    this.#lifecycle = createLifecycle({ start: () => this.#start(), stop: (how) => this.#stop(how) })
    this.#timekeeper = createTimekeeper(tools)
    this.#hooks = createHookCaller({ ...tools, hooks: options.hooks })
    const steps = createSteps({
      ...tools,
      hooks: this.#hooks,
      cache: createPartCache(options.cacheSize),
      definitions: createDefinitions(tools.store.mailboxes),
      complaints: createComplaints(tools.logger),
    })
    this.#rounds = createMailRounds({ ...tools, ...options, nodeId: tools.nodeId, steps })
    this.#listener = createWakeListener({
      ...tools,
      onMail: () => this.#rounds.wake(),
      onDue: () => this.#timekeeper.wake(),
    })
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
    await this.#tools.store.mailboxes.definitions([''])
    this.#timekeeper.start()
    // It listens before the first look, so that nothing falls between.
    this.#listener.start()
    this.#rounds.start()
    this.#tools.logger.info({}, 'workflow engine started')
  }

  /** Rounds under way are finished: what they have decided is carried out. */
  async #stop({ timeoutMs = HOOKS_MS }: StopOptions): Promise<StopReport> {
    await Promise.all([this.#rounds.stop(), this.#listener.stop(), this.#timekeeper.stop()])
    await this.#endHooks(timeoutMs)
    this.#tools.logger.info({}, 'workflow engine stopped')
    return nothingStopped
  }

  async #endHooks(timeoutMs: number): Promise<void> {
    const enough = new AbortController()
    const late = this.#tools.clock.sleep(timeoutMs, enough.signal).catch(() => {})
    await Promise.race([this.#hooks.idle(), late])
    enough.abort()
  }
}
