import type { CallKey, EndedFiring, SchedulesRole, StoredSchedule } from '@dureq/types'
import { readEnded } from '../ended.ts'
import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import { byPartition, cut } from '../pieces.ts'
import type { Space } from '../space.ts'
import type { KnownDue } from './known-due.ts'
import { listFirings, listSchedules } from './list-schedules.ts'
import { changeArgs, fireArgs, readChangeOutcome, readFireOutcome } from './orders.ts'
import { parseScheduleReply, toStoredSchedule } from './schedule-text.ts'

/** The `schedules` role on Redis. */
export function createSchedules(space: Space, known: KnownDue): SchedulesRole {
  return {
    async due(limit) {
      const replies = await Promise.all(space.partitions.map((partition) => readDue(space, partition, limit)))
      const all = replies.flatMap(({ entries }) => entries).sort((a, b) => dueAt(a) - dueAt(b))
      const [entries, rest] = [all.slice(0, limit), all.slice(limit)]
      const later = [...replies.flatMap(({ nextAt }) => nextAt ?? []), ...rest.map(dueAt)]
      const nextAt = later.length === 0 ? undefined : Math.min(...later)
      known.tell(nextAt)
      const now = replies[0]?.now as number
      return nextAt === undefined ? { entries, now } : { entries, now, nextAt }
    },

    fire: (call, plans) =>
      sendOrders(space, {
        script: 'fire',
        call,
        orders: plans,
        args: fireArgs,
        read: readFireOutcome,
        unknown: UNKNOWN,
      }),

    change: (call, changes) =>
      sendOrders(space, {
        script: 'change',
        call,
        orders: changes,
        args: changeArgs,
        read: readChangeOutcome,
        unknown: UNKNOWN,
      }),

    get: (jobIds) => readSchedules(space, jobIds),

    list: (page) => listSchedules(space, page, readSchedules),

    firings: (jobId, page) => listFirings(space, jobId, page),
  }
}

const UNKNOWN = { kind: 'unknown' } as const

function dueAt({ next }: StoredSchedule): number {
  return next?.dueAt ?? Number.POSITIVE_INFINITY
}

interface Due {
  readonly entries: readonly StoredSchedule[]
  readonly now: number
  readonly nextAt?: number
}

async function readDue(space: Space, partition: PartitionKeys, limit: number): Promise<Due> {
  const reply = (await space.run('due', { partition, args: [limit] })) as Reply[]
  const [now, nextAt, found] = reply as [string, string, Reply[]]
  const entries = (await toSchedules(space, partition, found)).filter((entry) => entry !== undefined)
  return { entries, now: Number(now), ...(nextAt === '' ? {} : { nextAt: Number(nextAt) }) }
}

/** Schedules by their jobs, in order. */
async function readSchedules(
  space: Space,
  jobIds: readonly string[],
): Promise<readonly (StoredSchedule | undefined)[]> {
  const found: (StoredSchedule | undefined)[] = jobIds.map(() => undefined)
  await Promise.all(
    byPartition(space, jobIds).map(async ({ partition, items, places }) => {
      const replies = (await space.run('schedules', { partition, args: items })) as Reply[]
      const schedules = await toSchedules(space, partition, replies)
      for (const [i, place] of places.entries()) found[place] = schedules[i]
    }),
  )
  return found
}

async function toSchedules(
  space: Space,
  partition: PartitionKeys,
  replies: readonly Reply[],
): Promise<readonly (StoredSchedule | undefined)[]> {
  const parsed = replies.map(parseScheduleReply)
  const types = parsed.flatMap((reply) => reply?.type ?? [])
  const nameOf = await space.names.lookup(partition, types)
  return parsed.map((reply) => (reply === undefined ? undefined : toStoredSchedule(reply, nameOf)))
}

interface Orders<Order, Outcome> {
  readonly script: string
  readonly call: CallKey
  readonly orders: readonly Order[]
  readonly args: (order: Order) => readonly (string | number)[]
  readonly read: (order: Order, text: string) => Outcome
  /** What becomes of an order to a job of no partition of this space. */
  readonly unknown: Outcome
}

interface AnyOrder {
  readonly jobId: string
  readonly times?: readonly unknown[]
}

/** What a firing weighs in a piece of a call, so that a piece creates about as many as it has orders at most. */
const FIRING_BYTES = 8_192

function weightOf({ times = [] }: AnyOrder): number {
  return times.length * FIRING_BYTES
}

/** Sends each order to the partition of its job. */
async function sendOrders<Order extends AnyOrder, Outcome>(
  space: Space,
  { script, call, orders, args, read, unknown }: Orders<Order, Outcome>,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly ended: readonly EndedFiring[] }> {
  const outcomes: Outcome[] = orders.map(() => unknown)
  const ended: (readonly EndedFiring[])[] = []
  const pieces = cut(orders, ({ jobId }) => space.home(jobId), weightOf)
  await Promise.all(
    pieces.map(async ({ partition, piece, items, places }) => {
      const { answer } = await space.change(script, { partition, call, piece, args: items.flatMap(args) })
      const reply = await readEnded(space, partition, { answer })
      reply.outcomes.split(',').forEach((text, i) => {
        outcomes[places[i] as number] = read(items[i] as Order, text)
      })
      ended[piece] = reply.ended
    }),
  )
  return { outcomes, ended: ended.flat() }
}
