import {
  type CallKey,
  type Clock,
  type LeaseRef,
  type Logger,
  type SettleReply,
  StoreUnavailableError,
} from '@dureq/types'
import type { PersistentCall } from './persistent-call.ts'
import { createWakeUp } from './wake-up.ts'

/** Something the store must be told about one lease. */
export interface Parcel<Item extends LeaseRef> {
  readonly item: Item
  /** From this instant (epoch ms on the node's clock) the lease is surely lost, and so is the parcel. */
  readonly until: number
}

/** What a courier needs. */
export interface CourierOptions<Item extends LeaseRef, P extends Parcel<Item>> {
  readonly send: (key: CallKey, items: readonly Item[]) => Promise<SettleReply>
  readonly call: PersistentCall
  readonly clock: Clock
  readonly logger: Logger
  /** Told of every answered batch, its parcels in the order of the outcomes. */
  readonly onDelivered: (parcels: readonly P[], reply: SettleReply) => void
  /** Told when parcels have stopped to be undelivered: they were answered, or given up. */
  readonly onRelieved: () => void
}

/** Brings the store what happened to leases: many in one call, and again until it has answered. */
export interface Courier<P> {
  /** Takes a parcel; it leaves with the next flush. */
  add(parcel: P): void
  /** Sends what has been added, in this tick unless enough calls are under way; then as soon as one is answered. */
  flush(): void
  /** Parcels added and not answered yet. */
  readonly undelivered: number
  /** Resolves when there are none, or when `signal` aborts. */
  idle(signal: AbortSignal): Promise<void>
  /** Gives up what cannot be delivered now; what is given up is logged. */
  close(): void
}

/** Enough to keep a fast store busy, few enough that a slow one gets large batches. */
const MOST_UNDER_WAY = 4

/** Most outcomes of one call. */
const MOST_PARCELS = 1_000

/** Between attempts to deliver what the store refuses with an error. */
const REFUSED_PAUSE_MS = 1_000

/** A courier with nothing to deliver. */
export function createCourier<Item extends LeaseRef, P extends Parcel<Item>>(
  options: CourierOptions<Item, P>,
): Courier<P> {
  return new BatchingCourier(options)
}

class BatchingCourier<Item extends LeaseRef, P extends Parcel<Item>> implements Courier<P> {
  readonly #options: CourierOptions<Item, P>
  readonly #closing = new AbortController()
  readonly #idle = createWakeUp()
  #waiting: P[] = []
  #carried = 0
  #underWay = 0

  constructor(options: CourierOptions<Item, P>) {
    this.#options = options
  }

  get undelivered(): number {
    return this.#waiting.length + this.#carried
  }

  add(parcel: P): void {
    this.#waiting.push(parcel)
  }

  flush(): void {
    while (this.#waiting.length > 0 && this.#underWay < MOST_UNDER_WAY) {
      const batch =
        this.#waiting.length <= MOST_PARCELS ? this.#waiting : this.#waiting.slice(0, MOST_PARCELS)
      this.#waiting = this.#waiting.slice(batch.length)
      void this.#deliver(batch)
    }
  }

  async idle(signal: AbortSignal): Promise<void> {
    if (this.undelivered > 0) await this.#idle.wait(signal)
  }

  close(): void {
    this.#closing.abort()
    if (this.#underWay === 0) this.#drop(this.#waiting.splice(0), undefined)
  }

  async #deliver(batch: readonly P[]): Promise<void> {
    this.#underWay++
    this.#carried += batch.length
    await this.#carry(batch)
    this.#underWay--
    this.#carried -= batch.length
    if (this.#closing.signal.aborted) this.#drop(this.#waiting.splice(0), undefined)
    this.flush()
    this.#options.onRelieved()
    if (this.undelivered === 0) this.#idle.fire()
  }

  /** Ends when every parcel has been answered or given up; never throws. */
  async #carry(batch: readonly P[]): Promise<void> {
    const { send, call, clock } = this.#options
    const { signal } = this.#closing
    const items = batch.map((parcel) => parcel.item)
    const until = batch.reduce((latest, parcel) => Math.max(latest, parcel.until), 0)
    for (;;) {
      try {
        const reply = await call((key) => send(key, items), { until, signal })
        return this.#delivered(batch, reply)
      } catch (error) {
        if (!StoreUnavailableError.is(error) && batch.length > 1) return await this.#carryEach(batch, error)
        if (signal.aborted || clock.now() + REFUSED_PAUSE_MS >= until) return this.#drop(batch, error)
        await clock.sleep(REFUSED_PAUSE_MS, signal).catch(() => {})
      }
    }
  }

  /** One parcel the store cannot take must not keep the others from arriving. */
  async #carryEach(batch: readonly P[], error: unknown): Promise<void> {
    this.#options.logger.error(
      { err: error, parcels: batch.length },
      'a batch was refused; sending each by itself',
    )
    for (const parcel of batch) await this.#carry([parcel])
  }

  #delivered(batch: readonly P[], reply: SettleReply): void {
    const { onDelivered, logger } = this.#options
    try {
      onDelivered(batch, reply)
    } catch (error) {
      logger.error({ err: error }, 'handling the answer of the store failed')
    }
  }

  #drop(batch: readonly P[], error: unknown): void {
    const { logger } = this.#options
    for (const { item } of batch) {
      const { firingId, token } = item
      logger.error(
        { err: error, firingId, token },
        'outcome not delivered while the lease lasted; the job will run again',
      )
    }
  }
}
