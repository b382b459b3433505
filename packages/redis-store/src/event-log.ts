import type { EventFilter, JobEvent } from '@dureq/types'
import { numbersInLine, parseEntry, parseEvent } from './event-text.ts'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'

/** An event with its running number in the log of its partition. */
export interface NumberedEvent {
  readonly number: number
  readonly event: JobEvent
}

/** A stretch of one partition's log. */
export interface LogPage {
  readonly events: readonly NumberedEvent[]
  /** Number of the last event looked at. */
  readonly last: number
  /** Events right after the asked number are gone. */
  readonly gap: boolean
  readonly end: boolean
}

/** Events of a partition after a number, oldest first; `limit` of them are looked at. */
export async function readLog(
  space: Space,
  partition: PartitionKeys,
  after: number,
  limit: number,
): Promise<LogPage> {
  // An entry holds at least one event, so `limit` entries are enough.
  const reply = await space.read('XRANGE', partition.of('events'), `(${after}-0`, '+', 'COUNT', limit)
  const events = await decode(space, partition, reply as Reply[])
  const wanted = events.filter(({ number }) => number > after)
  const first = wanted[0]
  const page = wanted.slice(0, limit)
  return {
    events: page,
    last: page.at(-1)?.number ?? after,
    gap: first !== undefined && first.number > after + 1,
    end: wanted.length <= limit && (reply as Reply[]).length < limit,
  }
}

/** The newest events of a partition, newest first, looking at `scan` of them. */
export async function readNewest(
  space: Space,
  partition: PartitionKeys,
  scan: number,
): Promise<readonly NumberedEvent[]> {
  const reply = await space.read('XREVRANGE', partition.of('events'), '+', '-', 'COUNT', scan)
  const events = await decode(space, partition, (reply as Reply[]).reverse())
  return events.reverse().slice(0, scan)
}

/** The number of the newest event of a partition; 0 when there is none. */
export async function lastNumber(space: Space, partition: PartitionKeys): Promise<number> {
  return Number((await space.read('HGET', partition.of('meta'), 'event')) ?? 0)
}

/** The events of some entries of the stream, in order. */
export async function decode(
  space: Space,
  partition: PartitionKeys,
  reply: readonly Reply[],
): Promise<NumberedEvent[]> {
  const entries = reply.map(parseEntry)
  const nameOf = await space.names.lookup(
    partition,
    entries.flatMap(({ lines }) => lines.flatMap(numbersInLine)),
  )
  return entries.flatMap(({ last, timestamp, lines }) =>
    lines.map((line, i) => ({
      number: last - lines.length + 1 + i,
      event: parseEvent(line, timestamp, nameOf),
    })),
  )
}

/** Whether an event is one a reader asked for. */
export function fits(filter: EventFilter): (event: JobEvent) => boolean {
  const types = filter.types === undefined ? undefined : new Set(filter.types)
  return (event) =>
    (types === undefined || types.has(event.type)) &&
    (filter.jobId === undefined || filter.jobId === event.jobId) &&
    (filter.taskType === undefined || filter.taskType === event.taskType)
}
