import { Agenda } from './agenda.ts'
import { createDice, type Dice } from './dice.ts'

/** The first millisecond of 2030 in UTC. */
const START = Date.UTC(2030, 0, 1)

/** Turns of the event loop without anything new, after which everything a happening has caused is over. */
const CALM_TURNS = 3

/**
 * A world of its own: its time, what is to happen in it, and its history. Nothing in it goes by the time of the machine, so the
 * same seed gives the same history, letter by letter.
 */
export class World {
  readonly dice: Dice
  readonly history: string[] = []
  #now = START
  readonly #agenda = new Agenda()
  #activity = 0

  constructor(seed: number) {
    this.dice = createDice(seed)
  }

  /** The true time, epoch ms: that of the store. */
  get now(): number {
    return this.#now
  }

  /** Ms since the world began. */
  get age(): number {
    return this.#now - START
  }

  /** Lets something happen after `ms`; what is returned prevents it. */
  after(ms: number, act: () => void): () => void {
    this.#activity++
    return this.#agenda.add(this.#now + Math.max(0, ms), act)
  }

  /** Writes into the history. */
  tell(line: string): void {
    this.#activity++
    this.history.push(`${this.age} ${line}`)
  }

  /** Something goes on in this turn of the event loop. */
  stir(): void {
    this.#activity++
  }

  /** Lets the next thing happen, and everything it causes at once; false when there is nothing left. */
  async step(): Promise<boolean> {
    const next = this.#agenda.next()
    if (next === undefined) return false
    this.#now = Math.max(this.#now, next.at)
    next.act()
    await this.#calm()
    return true
  }

  async #calm(): Promise<void> {
    for (let calm = 0; calm < CALM_TURNS; ) {
      const before = this.#activity
      await turn()
      calm = this.#activity === before ? calm + 1 : 0
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
