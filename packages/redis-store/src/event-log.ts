import type { JobEvent } from '@dureq/types'
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
  const entries = await entriesAfter(space, partition, after, limit)
  if (entries.length > 0) return readPage(space, partition, { entries, after, limit })
  // Nothing there may mean that everything is gone: then the log stands further on than the reader.
  const last = await lastNumber(space, partition)
  const again = await entriesAfter(space, partition, after, limit)
  if (again.length > 0) return readPage(space, partition, { entries: again, after, limit })
  return { events: [], last: Math.max(after, last), gap: last > after, end: true }
}

async function readPage(
  space: Space,
  partition: PartitionKeys,
  {
    entries,
    after,
    limit,
  }: { readonly entries: readonly Reply[]; readonly after: number; readonly limit: number },
): Promise<LogPage> {
  const wanted = (await decode(space, partition, entries)).filter(({ number }) => number > after)
  const page = wanted.slice(0, limit)
  return {
    events: page,
    last: page.at(-1)?.number ?? after,
    gap: (wanted[0]?.number ?? after) > after + 1,
    end: wanted.length <= limit && entries.length < limit,
  }
}

/** An entry holds at least one event, so `limit` entries are enough for as many events. */
async function entriesAfter(
  space: Space,
  partition: PartitionKeys,
  after: number,
  limit: number,
): Promise<readonly Reply[]> {
  return (await space.read('XRANGE', partition.of('events'), `(${after}-0`, '+', 'COUNT', limit)) as Reply[]
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
async function decode(
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
