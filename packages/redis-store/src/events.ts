import type { EventPage, EventsRole } from '@dureq/types'
import { eventFits } from '@dureq/types'
import { readLog, readNewest } from './event-log.ts'
import { formatPosition, parsePosition } from './position.ts'
import type { Space } from './space.ts'
import { lastNumbers, subscribe } from './subscribe.ts'
import type { Watcher } from './watcher.ts'

/** The `events` role on Redis. */
export function createEvents(space: Space, watcher: Watcher): EventsRole {
  const { partitions } = space
  return {
    async read(after, filter, limit): Promise<EventPage> {
      const numbers = parsePosition(after, partitions.length)
      const pages = await Promise.all(
        partitions.map((partition, i) => readLog(space, partition, numbers[i] ?? 0, limit)),
      )
      const merged = pages
        .flatMap((page, i) => page.events.map((each) => ({ ...each, i })))
        .sort(
          (a, b) => a.event.timestamp - b.event.timestamp || (a.i === b.i ? a.number - b.number : a.i - b.i),
        )
        .slice(0, limit)
      for (const { i, number } of merged) numbers[i] = Math.max(numbers[i] ?? 0, number)
      pages.forEach((page, i) => {
        if (page.events.length === 0) numbers[i] = page.last
      })
      return {
        events: merged.map(({ event }) => event).filter((event) => eventFits(filter, event)),
        position: formatPosition(numbers),
        gap: after !== undefined && pages.some((page) => page.gap),
        end: pages.every((page, i) => page.end && page.last === numbers[i]),
      }
    },

    async newest(filter, limit, scan) {
      const pages = await Promise.all(partitions.map((partition) => readNewest(space, partition, scan)))
      return pages
        .flat()
        .map(({ event }) => event)
        .sort((a, b) => b.timestamp - a.timestamp)
        .slice(0, scan)
        .filter((event) => eventFits(filter, event))
        .slice(0, limit)
    },

    latest: async () => formatPosition(await lastNumbers(space)),

    subscribe: (filter, options) => subscribe(space, filter, options),

    watch: (ids, options) => watcher.watch(ids, options),
  }
}
