/** Collects items of one tick. */
export interface TickBatcher<Item, Result> {
  /** Hands an item to the tick's batch; settles with its own result, or with the error of the whole batch. */
  add(item: Item): Promise<Result>
  /** Sends what has been collected now: what is sent by another way then comes after it. */
  flush(): void
}

/** What a tick batcher may be told. */
export interface TickBatcherOptions {
  /** Most items of one call; a fuller tick makes several calls. Default: no bound. */
  readonly maxItems?: number
  /**
   * So many items are sent without waiting for the rest of the tick, so that they are worked on while the others are
   * still being made. Default: all wait.
   */
  readonly eagerItems?: number
}

/**
 * Lets calls issued in the same tick travel as one: items are collected until the event loop comes round
 * (`setImmediate`), then go to `handler` together, which answers with one result per item, in order.
 */
export function createTickBatcher<Item, Result>(
  handler: (items: readonly Item[]) => Promise<readonly Result[]>,
  { maxItems = Number.POSITIVE_INFINITY, eagerItems = Number.POSITIVE_INFINITY }: TickBatcherOptions = {},
): TickBatcher<Item, Result> {
  let batch: Entry<Item, Result>[] = []
  let isDue = false
  const flush = (): void => {
    const entries = batch
    batch = []
    for (let from = 0; from < entries.length; from += maxItems) {
      void carry(handler, entries.slice(from, from + maxItems))
    }
  }
  const endTick = (): void => {
    isDue = false
    flush()
  }
  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        if (batch.push({ item, resolve, reject }) >= eagerItems) return flush()
        if (!isDue) setImmediate(endTick)
        isDue = true
      }),
    flush,
  }
}

interface Entry<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

async function carry<Item, Result>(
  handler: (items: readonly Item[]) => Promise<readonly Result[]>,
  entries: readonly Entry<Item, Result>[],
): Promise<void> {
  try {
    const results = await handler(entries.map((entry) => entry.item))
    if (results.length !== entries.length) {
      throw new RangeError(`${entries.length} items of a batch were answered with ${results.length} results`)
    }
    for (const [i, entry] of entries.entries()) entry.resolve(results[i] as Result)
  } catch (error) {
    for (const entry of entries) entry.reject(error)
  }
}
