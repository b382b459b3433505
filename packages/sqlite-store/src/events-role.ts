import type { EventFilter, EventPage, EventPosition, EventsRole } from '@dureq/types'
import { eventFits } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { firstKept, newestEvents } from './event-log.ts'
import { readNumbers } from './numbers.ts'
import { latestNumber, numberOf, positionOf, readOn, subscribeToLog } from './subscribe.ts'
import { watchJobs } from './watch.ts'

/** Tells what happened. */
export function createEventsRole(core: Core): EventsRole {
  return {
    read: (after, filter, limit) => core.read((db) => readPage(db, after, filter, limit)),
    newest: (filter, limit, scan) =>
      core.read((db) =>
        newestEvents(db, scan)
          .map(({ event }) => event)
          .filter((event) => eventFits(filter, event))
          .slice(0, limit),
      ),
    latest: async () => positionOf(await latestNumber(core)),
    subscribe: (filter, options) => subscribeToLog(core, filter, options),
    watch: (ids, options) => watchJobs(core, ids, options),
  }
}

function readPage(
  db: Connection,
  after: EventPosition | undefined,
  filter: EventFilter,
  limit: number,
): EventPage {
  const { event: lastEvent } = readNumbers(db)
  const { from, gap, events } = readOn(
    db,
    after === undefined ? firstKept(db, lastEvent) - 1 : numberOf(after),
    limit,
  )
  const last = events.at(-1)?.number ?? from
  return {
    events: events.map(({ event }) => event).filter((event) => eventFits(filter, event)),
    position: positionOf(last),
    gap,
    end: last >= lastEvent,
  }
}
