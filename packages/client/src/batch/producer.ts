import {
  type Append,
  BatchNotFoundError,
  InvalidBatchStatusError,
  itemParts,
  StoreUnavailableError,
  ValidationError,
} from '@dureq/types'
import type { ClientCore } from '../core.ts'
import { type Piece, restOf } from './item-source.ts'

/** A batch some of whose items are stored. */
interface Begun {
  readonly id: string
  /** How many. */
  readonly size: number
  /** It begins before all are stored, so the engine is told of each piece. */
  readonly eager: boolean
}

/** Appends the items of one producer to its open batch, piece by piece: the next is made when the last is stored. */
export class Producer {
  readonly #core: Pick<ClientCore, 'store' | 'caller'>
  readonly #batch: Begun
  #size: number
  #open = true

  constructor(core: Pick<ClientCore, 'store' | 'caller'>, batch: Begun) {
    this.#core = core
    this.#batch = batch
    this.#size = batch.size
  }

  /** Items that are stored. */
  get size(): number {
    return this.#size
  }

  /** Whether it takes more. */
  get open(): boolean {
    return this.#open
  }

  /**
   * Appends what of a piece is not stored yet; another producer of the same request may have been faster.
   *
   * @throws ValidationError when one of the ids is there already; InvalidBatchStatusError when the batch has ended;
   *   BatchNotFoundError; StoreUnavailableError, StoreFullError as the store does.
   */
  async append(piece: Piece): Promise<void> {
    for (let rest = this.#rest(piece); rest !== undefined; rest = this.#rest(piece)) {
      if (await this.#send(rest)) return
    }
  }

  #rest(piece: Piece): Piece | undefined {
    return this.#open ? restOf(piece, this.#size) : undefined
  }

  /** Whether it was appended; else it is elsewhere. */
  async #send(piece: Piece): Promise<boolean> {
    const { id } = this.#batch
    const { store, caller } = this.#core
    const [outcome] = await caller.call((key) => store.instances.append(key, [this.#appendOf(piece)]))
    switch (outcome?.kind) {
      case 'appended':
        this.#size = outcome.size
        this.#open = !piece.last
        return true
      case 'elsewhere':
        // What was stored is gone: the store has lost writes.
        if (outcome.size < piece.from) throw new StoreUnavailableError(true)
        this.#size = outcome.size
        this.#open = outcome.open
        return false
      case 'duplicate':
        throw duplicate(piece, outcome.name)
      case 'refused':
        throw new InvalidBatchStatusError(id, outcome.status, 'append to')
      case 'unknown':
      case undefined:
        throw new BatchNotFoundError(id)
    }
  }

  #appendOf({ from, items, last }: Piece): Append {
    const { id, eager } = this.#batch
    const parts = itemParts(from, items)
    return { id, from, parts, names: items.map((item) => item.id), last, tell: eager }
  }
}

function duplicate({ from, items }: Piece, name: string): ValidationError {
  const place = from + items.findIndex(({ id }) => id === name)
  return new ValidationError([{ field: `items[${place}].id`, problem: 'must not be there twice' }])
}
