import type { JobEvent } from '../event.ts'
import type { JsonText } from '../json.ts'
import type { WorkflowStatus } from '../workflow-status.ts'
import type { CallKey } from './call.ts'
import type { EndedFiring } from './ended.ts'
import type { InstanceHead, Mail, MailQueue, NewInstance, Sending } from './instances.ts'
import type { NewJob } from './jobs.ts'
import type { MemberJob } from './member.ts'
import type { Part, PartWrite } from './part.ts'

/** Asks for mail. */
export interface ReceiveRequest {
  /** Of the caller; one that finds nothing is woken by the next message (`WaitRequest.mailboxes`). */
  readonly nodeId: string
  readonly queues: readonly MailQueue[]
  /** Leaves the outputs of ended jobs out of the messages. Default: false. */
  readonly withoutOutputs?: boolean
  /** Most instances, 1-1,000. */
  readonly limit: number
  /** How long nobody else is given these instances. Only saves work twice: the version decides. */
  readonly leaseMs: number
}

/** The mail of one instance. */
export interface MailBag {
  readonly head: InstanceHead
  /** Its oldest messages, at most `MAX_MAIL`, oldest first. */
  readonly messages: readonly Mail[]
}

/** Mail somebody is at work on: whose it is, and of which version that was when it was received. */
export type HeldMail = Pick<InstanceHead, 'id' | 'version'>

/** Messages of one instance that are received and consumed at once. */
export const MAX_MAIL = 200

/** Mail, the store's clock, and when time alone brings the next: a timer is due, or a lease of mail is over. */
export interface ReceiveReply {
  readonly bags: readonly MailBag[]
  readonly now: number
  /** Firings that the bounded `advance` inside ended. */
  readonly ended: readonly EndedFiring[]
  /** Given when fewer than `limit` were found. */
  readonly nextAt?: number
}

/**
 * Sets the timer of this name, replacing the one it has; without `dueAt` takes it away. In the past: due at once. What is
 * due becomes mail by the next `advance`, such as the one inside `receive`, in order of `dueAt` and then of name.
 */
export interface TimerWrite {
  readonly name: string
  readonly dueAt?: number
}

/** An event of the instance; the store adds time and, of a workflow, `workflowId`. `jobId` defaults to the instance's id. */
export type InstanceEvent = Pick<JobEvent, 'type' | 'jobId' | 'taskType' | 'error' | 'batchProgress'>

/** Everything one step of an engine changes in one instance. */
export interface InstanceCommit {
  readonly id: string
  /** Of the head it was decided from. */
  readonly version: number
  /** Messages consumed, from the oldest. */
  readonly consumed: number
  readonly status: WorkflowStatus
  readonly state: JsonText
  /** With an ended status only. */
  readonly output?: JsonText
  readonly error?: string
  /** With status `continued`: the instance in `create` that goes on. */
  readonly continuedTo?: string
  /** Replaces the input that its jobs are handed. */
  readonly input?: JsonText
  /** The instance is gone with this step, with everything it owns; of groups only, whose jobs are not members. */
  readonly remove?: true
  /** The mail of it waits elsewhere from now on (groups). */
  readonly queue?: MailQueue
  readonly parts: readonly PartWrite[]
  readonly enqueue: readonly (MemberJob | NewJob)[]
  /** Cancelled as by the command; those that have ended are passed over. */
  readonly cancel: readonly { readonly id: string; readonly reason?: string }[]
  /** Children (with `parent`) and a successor (with `continuedFrom`). */
  readonly create: readonly NewInstance[]
  /** To itself, its parent and its children, by the rules of `InstancesRole.send`; what is refused is passed over. */
  readonly send: readonly Sending[]
  readonly timers: readonly TimerWrite[]
  /** Ids of pending signals a task has consumed. If one is not pending any more, the commit is a conflict. */
  readonly acknowledge: readonly string[]
  readonly events: readonly InstanceEvent[]
}

/** The lists of a step that changes nothing. */
export const noChanges: Readonly<
  Record<
    'parts' | 'enqueue' | 'cancel' | 'create' | 'send' | 'timers' | 'acknowledge' | 'events',
    readonly never[]
  >
> = {
  parts: [],
  enqueue: [],
  cancel: [],
  create: [],
  send: [],
  timers: [],
  acknowledge: [],
  events: [],
}

/** What became of one commit. `conflict`: the instance has changed since; receive again. Nothing happened then. */
export type CommitOutcome = 'committed' | 'conflict' | 'unknown'

/** A pending signal. */
export interface PendingSignal {
  readonly id: string
  readonly name: string
  readonly payload?: JsonText
  readonly sentAt: number
  readonly dedupeKey?: string
}

/** The pending signals of one instance, counted. */
export interface SignalStats {
  readonly pending: number
  /** When the oldest was sent; absent when none is pending. */
  readonly oldestAt?: number
}

/**
 * What engines live on: `receive` mail, decide, `commit`. Every message is consumed exactly once and in order (I7),
 * whatever engines do at the same time or crash at, because a commit is guarded by the version of the head and takes
 * the messages away in the step that carries out what they led to.
 */
export interface MailboxesRole {
  /**
   * The instances of these queues that have mail and are leased to nobody, longest waiting first, each leased for
   * `leaseMs`. Does a bounded part of `advance` first. When it finds fewer than `limit`, the caller is marked as
   * sleeping in the same step. A repeat under the same key gives those of its instances that are still leased by it.
   */
  receive(call: CallKey, request: ReceiveRequest): Promise<ReceiveReply>

  /**
   * Lets leases on mail go on for `leaseMs` from now: whoever received it is still at work. Says for each whether it is leased so
   * now; what is leased no longer, or has changed since, is left alone. At most 1,000.
   */
  extend(call: CallKey, mail: readonly HeldMail[], leaseMs: number): Promise<readonly boolean[]>

  /** The parts of these names, in order; undefined where there is none. */
  parts(id: string, names: readonly string[]): Promise<readonly (Part | undefined)[]>

  /** Names in an ordered set of the instance, ascending by order and then by name, at most `limit`, from `offset` on. */
  marked(
    id: string,
    set: string,
    range: { readonly limit: number; readonly offset?: number },
  ): Promise<{ readonly names: readonly string[]; readonly total: number }>

  /**
   * Carries out steps, each atomically, in order: head, parts, marks, consumed messages, jobs enqueued and cancelled,
   * instances created, messages sent, timers, signals consumed, events. The version grows. An instance that has
   * messages left can be received again at once, one that has none when the next comes; a conflict gives the lease up
   * as well. An end takes its timers away, tells who watches it, and is listed and kept by its status. An ended
   * instance can still be committed (its hooks end after it); status, output, error and `completedAt` then stay.
   *
   * Ids of what it creates and enqueues (and `continuedTo`) may come with partition `00` or with that of the
   * instance. Creations come before sends, its own `events` are told last.
   *
   * Jobs are created as by `enqueue`, in order, and tell `job.enqueued`. It works in a full store, which must drain.
   */
  commit(
    call: CallKey,
    commits: readonly InstanceCommit[],
  ): Promise<{ readonly outcomes: readonly CommitOutcome[]; readonly ended: readonly EndedFiring[] }>

  /** The order of names in an ordered set of the instance; undefined for those that are not in it. */
  places(id: string, set: string, names: readonly string[]): Promise<readonly (number | undefined)[]>

  /** The pending signals of an instance, oldest first, at most `limit`; of one name, if given. */
  signals(
    id: string,
    filter: { readonly name?: string; readonly limit: number },
  ): Promise<readonly PendingSignal[]>

  /** Takes pending signals away: a handler has dealt with them. Says for each whether it was pending. */
  acknowledge(call: CallKey, id: string, signalIds: readonly string[]): Promise<readonly boolean[]>

  /** The pending signals of instances, counted, in order. */
  signalStats(ids: readonly string[]): Promise<readonly SignalStats[]>

  /** The definitions of these hashes, in order. */
  definitions(hashes: readonly string[]): Promise<readonly (JsonText | undefined)[]>
}
