import { createLifecycle, type Lifecycle } from '../lifecycle.ts'
import type { Loop } from '../loop.ts'
import { nothingStopped, type Service, type StopOptions, type StopReport } from '../service.ts'
import { createTimekeeper, type Timekeeper } from '../timekeeper.ts'
import type { EngineTools } from './engine-tools.ts'
import type { HookCaller } from './hook-caller.ts'
import { createMailRounds } from './mail-rounds.ts'
import type { MailWanted } from './receive-mail.ts'
import type { Steps } from './steps.ts'
import { createWakeListener } from './wake-listener.ts'

/** What a mail engine needs besides. */
export interface MailEngineOptions extends EngineTools {
  /** What the log calls it: `workflow engine`. */
  readonly what: string
  readonly wanted: MailWanted
  readonly steps: Steps
  readonly hooks: HookCaller
}

/** An engine that carries instances on when there is mail for them. `start()` rejects when the store does not answer. */
export function createMailEngine(options: MailEngineOptions): Service {
  return new MailEngine(options)
}

/** How long hooks may go on after the last step. */
const HOOKS_MS = 30_000

class MailEngine implements Service {
  readonly #options: MailEngineOptions
  readonly #lifecycle: Lifecycle
  readonly #timekeeper: Timekeeper
  readonly #rounds: Loop
  readonly #listener: Loop

  constructor(options: MailEngineOptions) {
    this.#options = options
    this.#lifecycle = createLifecycle({ start: () => this.#start(), stop: (how) => this.#stop(how) })
    this.#timekeeper = createTimekeeper(options)
    this.#rounds = createMailRounds(options)
    this.#listener = createWakeListener({
      ...options,
      queues: options.wanted.queues,
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
    await this.#options.store.mailboxes.definitions([''])
    this.#timekeeper.start()
    // It listens before the first look, so that nothing falls between.
    this.#listener.start()
    this.#rounds.start()
    this.#options.logger.info({}, `${this.#options.what} started`)
  }

  /** Rounds under way are finished: what they have decided is carried out. */
  async #stop({ timeoutMs = HOOKS_MS }: StopOptions): Promise<StopReport> {
    await Promise.all([this.#rounds.stop(), this.#listener.stop(), this.#timekeeper.stop()])
    await this.#endHooks(timeoutMs)
    this.#options.logger.info({}, `${this.#options.what} stopped`)
    return nothingStopped
  }

  async #endHooks(timeoutMs: number): Promise<void> {
    const enough = new AbortController()
    const late = this.#options.clock.sleep(timeoutMs, enough.signal).catch(() => {})
    await Promise.race([this.#options.hooks.idle(), late])
    enough.abort()
  }
}
