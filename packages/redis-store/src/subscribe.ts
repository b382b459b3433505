import { systemClock } from '@dureq/runtime'
import {
  type EventDelivery,
  type EventFilter,
  type EventPosition,
  eventFits,
  StoreUnavailableError,
} from '@dureq/types'
import type { Connection } from './connection.ts'
import { type LogPage, lastNumber, readLog } from './event-log.ts'
import { formatPosition, parsePosition } from './position.ts'
import type { Space } from './space.ts'

const PAGE = 1_000
/** Pause before asking again after the connection failed. */
const FAILURE_PAUSE_MS = 200

/**
 * Follows the logs of all partitions: reads what is there, then blocks until there is more. The blocking read only
 * says that something came; the reading is always by number, so nothing is missed between the two. Once it knows where
 * it stands it waits through outages.
 */
export async function* subscribe(
  space: Space,
  filter: EventFilter,
  options: { readonly after?: EventPosition; readonly signal?: AbortSignal },
): AsyncGenerator<EventDelivery, void, undefined> {
  const { partitions } = space
  const { after, signal } = options
  const numbers = after === undefined ? await lastNumbers(space) : parsePosition(after, partitions.length)
  const ended = (): boolean => signal?.aborted === true || space.gateway.closed
  const bell = new NewEntryBell(space)
  const onAbort = (): void => bell.close()
  signal?.addEventListener('abort', onAbort)
  try {
    while (!ended()) {
      const pages = await readOn(space, numbers)
      if (pages === undefined) {
        await bell.pause()
        continue
      }
      for (const [i, page] of pages.entries()) {
        if (page.gap && (numbers[i] !== 0 || after !== undefined)) {
          numbers[i] = firstOf(page) - 1
          yield { kind: 'gap', position: formatPosition(numbers) }
        }
        for (const { number, event } of page.events) {
          if (ended()) return
          numbers[i] = number
          if (eventFits(filter, event)) yield { kind: 'event', event, position: formatPosition(numbers) }
        }
      }
      if (pages.every((page) => page.events.length === 0) && !ended()) await bell.ring(numbers)
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    bell.close()
  }
}

/** The numbers of the newest events of all logs. */
export function lastNumbers(space: Space): Promise<number[]> {
  return Promise.all(space.partitions.map((partition) => lastNumber(space, partition)))
}

/** The next page of each log; undefined while the server is away. */
async function readOn(space: Space, numbers: readonly number[]): Promise<readonly LogPage[] | undefined> {
  try {
    return await Promise.all(
      space.partitions.map((partition, i) => readLog(space, partition, numbers[i] ?? 0, PAGE)),
    )
  } catch (error) {
    if (StoreUnavailableError.is(error)) return undefined
    throw error
  }
}

function firstOf(page: LogPage): number {
  return page.events[0]?.number ?? page.last + 1
}

/** Rings when a log has grown beyond the numbers known. */
class NewEntryBell {
  readonly #space: Space
  #connection: Connection | undefined
  #closed = false

  constructor(space: Space) {
    this.#space = space
  }

  async ring(numbers: readonly number[]): Promise<void> {
    const { partitions, gateway } = this.#space
    // One blocking read covers partitions of one slot only; with several, short sleeps are cheaper than connections.
    if (partitions.length > 1) return this.pause(50)
    this.#connection ??= gateway.open('blocking')
    try {
      const streams = [
        ...partitions.map((partition) => partition.of('events')),
        ...numbers.map((n) => `${n}-0`),
      ]
      await this.#connection.call('XREAD', 'COUNT', 1, 'BLOCK', 5_000, 'STREAMS', ...streams)
    } catch {
      await this.pause()
    }
  }

  close(): void {
    this.#closed = true
    this.#connection?.disconnect()
  }

  async pause(ms: number = FAILURE_PAUSE_MS): Promise<void> {
    if (!this.#closed && !this.#space.gateway.closed) await systemClock.sleep(ms)
  }
}
