import type { ReceiveReply } from '@dureq/types'
import { createLoop, type Loop } from '../loop.ts'
import type { EngineTools } from './engine-tools.ts'
import { type MailWanted, receiveMail, restAfter } from './receive-mail.ts'
import type { Steps } from './steps.ts'

/** What the rounds of an engine need besides. */
export interface MailRoundsOptions extends EngineTools {
  readonly steps: Steps
  readonly wanted: MailWanted
}

/**
 * The rounds of an engine: receives mail, carries on the instances it is of, and rests until a timer is due or until it
 * is woken because there is mail. Rounds follow at once while there is some.
 *
 * Where a round finds more than it may take, a second row of rounds helps until there is no plenty any more, so that
 * engine and store work at the same time.
 */
export function createMailRounds(options: MailRoundsOptions): Loop {
  return new MailRounds(options)
}

class MailRounds implements Loop {
  readonly #options: MailRoundsOptions
  readonly #main: Loop
  readonly #helper: Loop
  #isHelped = false

  constructor(options: MailRoundsOptions) {
    const { clock, random, logger } = options
    this.#options = options
    this.#main = createLoop({ clock, random, logger, round: () => this.#round() })
    this.#helper = createLoop({ clock, random, logger, round: () => this.#help() })
  }

  start(): void {
    this.#main.start()
  }

  wake(): void {
    this.#main.wake()
  }

  wakeWithin(ms: number): void {
    this.#main.wakeWithin(ms)
  }

  async stop(): Promise<void> {
    await Promise.all([this.#main.stop(), this.#helper.stop()])
  }

  async #round(): Promise<number> {
    const { clock } = this.#options
    const reply = await this.#receive()
    const answeredAt = clock.now()
    if (this.#isPlenty(reply)) this.#getHelp()
    await this.#options.steps.carryOn(reply)
    if (reply.bags.length > 0) return 0
    return restAfter(reply, clock.now() - answeredAt)
  }

  /** One that finds less than plenty leaves the rest to the main rounds, which go on as long as there is any. */
  async #help(): Promise<number> {
    const reply = await this.#receive()
    await this.#options.steps.carryOn(reply)
    return this.#isPlenty(reply) ? 0 : Number.POSITIVE_INFINITY
  }

  #getHelp(): void {
    if (this.#isHelped) return this.#helper.wake()
    this.#isHelped = true
    this.#helper.start()
  }

  #isPlenty({ bags }: ReceiveReply): boolean {
    return bags.length >= this.#options.wanted.batchSize
  }

  #receive(): Promise<ReceiveReply> {
    return receiveMail(this.#options, this.#options.wanted)
  }
}
