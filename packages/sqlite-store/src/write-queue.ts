import { StoreUnavailableError } from '@dureq/types'
import { isBusy, type Patience, type PatienceOptions, pauseFor, translate } from './patience.ts'
import type { Step } from './step.ts'

/** One change to what is stored. */
export interface Change<T> {
  readonly patience: Patience
  /** How much of a transaction it takes up; one takes about 1 in all. */
  readonly weight: number
  readonly work: (step: Step) => T
}

/** Carries out changes. Those that are asked for together share a transaction, which costs far more than most of them. */
export interface WriteQueue {
  /**
   * Resolves once the change is committed. Rejects with StoreUnavailableError when the database stays locked for too
   * long, cannot be written, or the store is closed; with StoreFullError when the disk is full; with whatever `work`
   * throws. A change that fails leaves nothing behind, and the others of its transaction are carried out all the same.
   */
  write<T>(change: Change<T>): Promise<T>
  /** Carries out at once what has been asked for, if it can be; called before the store is closed. */
  flush(): void
}

/** What a write queue needs besides. */
export interface WriteQueueOptions extends PatienceOptions {
  /** Carries out changes in one transaction: all or none of them. Answers in order. */
  readonly transact: (changes: readonly ((step: Step) => unknown)[]) => readonly unknown[]
}

/** A queue in which nothing waits. */
export function createWriteQueue(options: WriteQueueOptions): WriteQueue {
  return new TickQueue(options)
}

/** A change, and who waits for it. */
interface Entry extends Change<unknown> {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
  /** When it is given up; not set before the database was found locked. */
  giveUpAt?: number
}

/** Changes go into one transaction up to this weight together: so much is done in a few milliseconds. */
const MOST_WEIGHT = 2

class TickQueue implements WriteQueue {
  readonly #options: WriteQueueOptions
  #waiting: Entry[] = []
  #isUnderWay = false

  constructor(options: WriteQueueOptions) {
    this.#options = options
  }

  write<T>(change: Change<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ ...change, resolve: resolve as Entry['resolve'], reject })
      if (this.#isUnderWay) return
      this.#isUnderWay = true
      afterThisTick(() => void this.#carryOut())
    })
  }

  flush(): void {
    while (this.#waiting.length > 0 && this.#tryNext() === undefined);
  }

  async #carryOut(): Promise<void> {
    const { signal } = this.#options
    while (this.#waiting.length > 0) {
      if (signal.aborted) this.#giveUp(() => true, signal.reason)
      else {
        const busy = this.#tryNext()
        if (busy !== undefined) await this.#pause(busy)
        else if (this.#waiting.length > 0) await turn()
      }
    }
    this.#isUnderWay = false
  }

  /** Carries out the next transaction; answers with an error when the database was locked, and nothing has happened. */
  #tryNext(): unknown {
    const group = this.#takeGroup()
    try {
      this.#commit(group)
      return undefined
    } catch (error) {
      const isLocked = isBusy(error)
      if (isLocked || group.length > 1) this.#waiting.unshift(...group)
      else group[0]?.reject(translate(error))
      if (isLocked) return error
    }
    return group.length > 1 ? this.#tryEach(group.length) : undefined
  }

  /** One of a group has failed, and took the others with it: carries out each by itself. */
  #tryEach(count: number): unknown {
    for (let i = 0; i < count; i++) {
      const entry = this.#waiting.shift() as Entry
      try {
        this.#commit([entry])
      } catch (error) {
        if (!isBusy(error)) entry.reject(translate(error))
        else {
          this.#waiting.unshift(entry)
          return error
        }
      }
    }
    return undefined
  }

  #commit(group: readonly Entry[]): void {
    const answers = this.#options.transact(group.map((entry) => entry.work))
    group.forEach((entry, i) => {
      entry.resolve(answers[i])
    })
  }

  /** What goes into the next transaction: what is urgent before what is not, if not all of it fits. */
  #takeGroup(): readonly Entry[] {
    const waiting = inOrder(this.#waiting)
    let count = 0
    for (let weight = 0; count < waiting.length; count++) {
      weight += (waiting[count] as Entry).weight
      if (count > 0 && weight > MOST_WEIGHT) break
    }
    this.#waiting = waiting.slice(count)
    return waiting.slice(0, count)
  }

  async #pause(busy: unknown): Promise<void> {
    const { clock, random, timeoutMs, signal } = this.#options
    const patience = this.#waiting.some((entry) => entry.patience === 'urgent') ? 'urgent' : 'ordinary'
    const pauseMs = pauseFor(patience, random)
    const now = clock.now()
    for (const entry of this.#waiting) entry.giveUpAt ??= now + timeoutMs
    this.#giveUp(({ giveUpAt }) => giveUpAt !== undefined && now + pauseMs > giveUpAt, busy)
    if (this.#waiting.length > 0) await clock.sleep(pauseMs, signal).catch(() => undefined)
  }

  #giveUp(isOver: (entry: Entry) => boolean, cause: unknown): void {
    const over = this.#waiting.filter(isOver)
    this.#waiting = this.#waiting.filter((entry) => !isOver(entry))
    for (const entry of over) entry.reject(new StoreUnavailableError(false, { cause }))
  }
}

function inOrder(entries: Entry[]): Entry[] {
  const weight = entries.reduce((sum, entry) => sum + entry.weight, 0)
  if (weight <= MOST_WEIGHT) return entries
  const isUrgent = ({ patience }: Entry): boolean => patience === 'urgent'
  return [...entries.filter(isUrgent), ...entries.filter((entry) => !isUrgent(entry))]
}

/** Runs something when all that is ready in this turn of the event loop has been done. */
function afterThisTick(run: () => void): void {
  // Before the microtasks of a tick come those that were asked for outside of them, so one of each is needed.
  queueMicrotask(() => process.nextTick(run))
}

/** Resolves when whatever else this process has to do has had its turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
