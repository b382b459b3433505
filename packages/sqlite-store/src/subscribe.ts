import type { EventDelivery, EventFilter, EventPosition } from '@dureq/types'
import { eventFits, ValidationError } from '@dureq/types'
import { createAlarm } from './alarm.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { eventsAfter, firstKept, type NumberedEvent } from './event-log.ts'
import { readNumbers } from './numbers.ts'

/** Where a subscription begins and what ends it. */
export interface SubscribeOptions {
  readonly after?: EventPosition
  readonly signal?: AbortSignal
}

/** Events looked at in one read of a subscription. */
const READ_EVENTS = 500

/** Tells events as they come: `EventsRole.subscribe`. */
export function subscribeToLog(
  core: Core,
  filter: EventFilter,
  { after, signal }: SubscribeOptions,
): AsyncIterable<EventDelivery> {
  // "From now" is when this is called, not when the first event is asked for.
  const start = after === undefined ? latestNumber(core) : Promise.resolve().then(() => numberOf(after))
  start.catch(() => undefined)
  return { [Symbol.asyncIterator]: () => deliver(core, filter, start, signal) }
}

async function* deliver(
  core: Core,
  filter: EventFilter,
  start: Promise<number>,
  signal: AbortSignal | undefined,
): AsyncGenerator<EventDelivery, void, undefined> {
  const { hub, clock, closed } = core
  const alarm = createAlarm({ clock, signals: [signal, closed] })
  const stop = hub.log.listen(['log'], alarm.ring)
  hub.listen()
  try {
    let number = await start
    do {
      for (let more = true; more && !signal?.aborted && !closed.aborted; ) {
        const page = await core.read((db) => readOn(db, number))
        if (page.gap) yield { kind: 'gap', position: positionOf(page.from) }
        number = page.from
        for (const numbered of page.events) {
          number = numbered.number
          if (!eventFits(filter, numbered.event)) continue
          if (signal?.aborted || closed.aborted) return
          yield { kind: 'event', event: numbered.event, position: positionOf(number) }
        }
        more = page.events.length > 0
      }
    } while (await alarm.next())
  } finally {
    stop()
    alarm.end()
  }
}

/** The number of the newest event. */
export function latestNumber(core: Core): Promise<number> {
  return core.read((db) => readNumbers(db).event)
}

/** What comes after a number. */
export interface LogPage {
  /** The number itself, or where reading can go on when what followed it is gone. */
  readonly from: number
  readonly gap: boolean
  readonly events: readonly NumberedEvent[]
}

/** Reads the log on from a number. */
export function readOn(db: Connection, number: number, limit: number = READ_EVENTS): LogPage {
  const lastEvent = readNumbers(db).event
  const first = firstKept(db, lastEvent)
  const isGone = number < first - 1 || number > lastEvent
  const from = isGone ? first - 1 : number
  return { from, gap: isGone, events: eventsAfter(db, from, limit) }
}

/** The number of a position; throws ValidationError for a text that is none of ours. */
export function numberOf(position: EventPosition): number {
  if (/^\d{1,15}$/.test(position)) return Number(position)
  throw new ValidationError([{ field: 'after', problem: 'is not a position of this event log' }])
}

/** The position after an event. */
export function positionOf(number: number): EventPosition {
  return String(number)
}
