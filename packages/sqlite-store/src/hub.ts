import { resolve } from 'node:path'
import { type Bell, createBell } from './bell.ts'
import { createMatchers, type Matchers } from './handler-sets.ts'
import { claimableIn, readArrivals } from './line-group.ts'
import { readMailArrivals } from './mail-arrivals.ts'
import type { Member } from './member.ts'
import type { News } from './news.ts'
import { createNodeSignals, type NodeSignals } from './node-signals.ts'
import { readNumbers } from './numbers.ts'
import { createPoller } from './poller.ts'

/** Somebody is sure to look again within this time, so nobody needs to be told of what is due later. */
export const LOOK_AGAIN_MS = 5_000

/** What all stores of this process on one file share: who waits for what, and who must be told of what. */
export interface Hub {
  readonly matchers: Matchers
  readonly nodes: NodeSignals
  /** Rung when the log has grown. */
  readonly log: Bell
  /** Rung by the ids of jobs and instances that have ended or are gone. */
  readonly jobs: Bell
  /** Rung by the task types of which fewer jobs wait than before. */
  readonly room: Bell
  /** Tells those who wait what a step of this process has changed. */
  publish(news: News, now: number): void
  /** Somebody was told when time alone acts next, and looks again then. */
  promise(nextAt: number | undefined): void
  /** Whether something is due earlier than was promised and nobody was told; asking counts as being told. */
  owesDue(): boolean
  /** How often a schedule had become due earlier when this process last looked which are due. */
  schedulesSeen: number | undefined
  /** Sees to it that changes of other processes are noticed while somebody waits. */
  listen(): void
  join(member: Member): void
  leave(member: Member): void
}

/** Makes a hub; a database in memory has no other processes to listen to. */
function createHub(isShared: boolean): Hub {
  const nodes = createNodeSignals()
  const log = createBell()
  const jobs = createBell()
  const room = createBell()
  const members = new Set<Member>()
  const due = createDuePromise(nodes)
  // Everything up to here was published in this process, or found by the poller.
  const seen = { ticket: 0, event: 0 }

  const lookAround = ({ db, now, nextAt, isPaused }: Member): void => {
    const { ticket, event } = readNumbers(db)
    for (const group of readArrivals(db, seen.ticket)) {
      if (!isPaused(group)) nodes.wakeForWork(group, claimableIn(group))
    }
    for (const [queue, instances] of readMailArrivals(db, seen.ticket)) nodes.wakeForMail(queue, instances)
    nodes.look()
    jobs.ringAll()
    room.ringAll()
    if (event > seen.event) log.ringAll()
    seen.ticket = Math.max(seen.ticket, ticket)
    seen.event = Math.max(seen.event, event)
    due.stored(nextAt() ?? Number.POSITIVE_INFINITY, now())
  }
  const poller = createPoller({
    member: () => members.values().next().value,
    isNeeded: () => nodes.isHeard() || log.isHeard() || jobs.isHeard() || room.isHeard(),
    onChange: lookAround,
  })

  return {
    matchers: createMatchers(),
    nodes,
    log,
    jobs,
    room,
    publish(news, now) {
      // A gap is the change of another process that the poller has yet to find.
      if (news.before.ticket <= seen.ticket) seen.ticket = Math.max(seen.ticket, news.after.ticket)
      if (news.before.event <= seen.event) seen.event = Math.max(seen.event, news.after.event)
      for (const [line, by] of news.grown) nodes.wakeForWork(line, by)
      for (const [queue, instances] of news.mail) nodes.wakeForMail(queue, instances)
      if (news.cancelNodes.size > 0) nodes.look(news.cancelNodes)
      if (news.drainNodes.size > 0) nodes.look(news.drainNodes)
      if (news.settings || news.schedules) nodes.look()
      if (news.settings) room.ringAll()
      else room.ring(news.shrunk)
      for (const nodeId of news.goneNodes) nodes.forget(nodeId)
      if (news.after.event > news.before.event) log.ringAll()
      jobs.ring(news.endedJobs)
      due.stored(news.dueAt, now)
    },
    promise: due.promise,
    owesDue: due.owes,
    schedulesSeen: undefined,
    listen() {
      if (isShared) poller.start()
    },
    join: (member) => void members.add(member),
    leave(member) {
      members.delete(member)
      if (members.size === 0) poller.stop()
    },
  }
}

interface DuePromise {
  promise(nextAt: number | undefined): void
  stored(at: number, now: number): void
  owes(): boolean
}

/** Keeps when this process will look at the time again, and tells a node when something is due before that. */
function createDuePromise(nodes: NodeSignals): DuePromise {
  let promisedAt = Number.POSITIVE_INFINITY
  let owed = false
  return {
    promise(nextAt) {
      promisedAt = nextAt ?? Number.POSITIVE_INFINITY
      owed = false
    },
    stored(at, now) {
      if (at >= promisedAt || at > now + LOOK_AGAIN_MS) return
      promisedAt = at
      owed = !nodes.wakeForDue()
    },
    owes() {
      const owes = owed
      owed = false
      return owes
    },
  }
}

const hubs = new Map<string, Hub & { users: number }>()

/** The hub of the file at a path. Each call is paired with one of `leaveHub`. */
export function enterHub(path: string): Hub {
  if (path === ':memory:') return createHub(false)
  const key = resolve(path)
  const hub = hubs.get(key) ?? { ...createHub(true), users: 0 }
  hub.users++
  hubs.set(key, hub)
  return hub
}

/** Forgets the hub of a path with its last user. */
export function leaveHub(path: string): void {
  const key = resolve(path)
  const hub = hubs.get(key)
  if (hub !== undefined && --hub.users === 0) hubs.delete(key)
}
