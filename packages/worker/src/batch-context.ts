import type { BatchContext, BatchRole, JsonValue, LeasedItem } from '@dureq/types'

/** What a handler is told of the batch it works for; the result of the shared step is parsed when it is asked for. */
export function createBatchContext(leased: LeasedItem): BatchContext {
  return new LeasedBatch(leased)
}

class LeasedBatch implements BatchContext {
  readonly id: string
  readonly name: string
  readonly role: BatchRole
  readonly itemId: string | undefined
  readonly #text: string | undefined
  #result: JsonValue | undefined

  constructor({ id, name, role, item, onetimeResult }: LeasedItem) {
    this.id = id
    this.name = name
    this.role = role
    this.itemId = item
    this.#text = onetimeResult
  }

  get onetimeResult(): JsonValue | undefined {
    if (this.#result === undefined && this.#text !== undefined) this.#result = JSON.parse(this.#text)
    return this.#result
  }
}
