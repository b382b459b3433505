import type { JobEvent } from '../event.ts'
import type { GroupSetting } from '../group.ts'
import type { JsonText } from '../json.ts'
import type { Actor } from '../operations/audit.ts'
import type { WorkflowStatus } from '../workflow-status.ts'
import type { CallKey } from './call.ts'
import type { WorkflowMember } from './member.ts'
import type { PartWrite } from './part.ts'

/** What an instance is of. */
export type InstanceKind = 'workflow' | 'batch' | 'group'

/**
 * Where the mail of an instance waits for an engine: its kind, or for a group `group:<key>` by the setting that holds for
 * it (`GroupSetting.key`), so that an aggregator is only given what it can aggregate.
 */
export type MailQueue = 'workflow' | 'batch' | `group:${string}`

/** What an instance carries out, stored once under its content hash. It goes with its last instance. */
export interface InstanceDefinition {
  /** 1-64 characters of `0-9a-f`: equal for equal texts only. */
  readonly hash: string
  readonly text: JsonText
}

/** The task of another instance that an instance carries out. */
export interface ParentLink {
  readonly id: string
  readonly task: string
}

/**
 * An instance as handed to the store. It begins with status `running`, version 1 and either `begins` or, as its first
 * message, `started`.
 */
export interface NewInstance {
  /**
   * Minted by the caller with partition `00`; the store puts the home partition in: that of its parent or
   * predecessor.
   */
  readonly id: string
  readonly kind: InstanceKind
  /** Name of the definition: what listings filter by. */
  readonly name: string
  readonly definition: InstanceDefinition
  /** Its first parts, and the names of the items in them, as by `append`; written in the same step. */
  readonly parts?: readonly PartWrite[]
  readonly names?: readonly string[]
  /** More parts follow by `append`. */
  readonly open?: boolean
  /** What the engine keeps in the head; opaque to the store, small, rewritten by every commit. */
  readonly state: JsonText
  /** Handed to every job of it (`LeasedRun.workflow.input`). */
  readonly input?: JsonText
  /** Recognises a repeat of the same request for 24 hours. Not for those a commit creates. */
  readonly requestId?: string
  readonly parent?: ParentLink
  /** Concurrency keys of its jobs. With several partitions all must share one, which is then its home. */
  readonly concurrencyKeys?: readonly string[]
  /**
   * What a workflow begins with, when `state` is what its first step comes to: these jobs are enqueued in the step that creates
   * it, and each is told as `workflow.task.dispatched`.
   */
  readonly begins?: readonly WorkflowMember[]
  /** The instance it replaces, whose pending signals and their dedupe keys become its own. Commits only. */
  readonly continuedFrom?: string
}

/** The head of an instance: everything but its parts, messages, timers and signals. Instants are epoch ms. */
export interface InstanceHead {
  readonly id: string
  readonly kind: InstanceKind
  readonly name: string
  readonly status: WorkflowStatus
  /** Grows with every commit and with every message that changes the status; guards commits. */
  readonly version: number
  /** A group has no definition. */
  readonly definitionHash?: string
  /** Items in its parts, as `create`, `append` and `collect` have counted them; 0 for a workflow. */
  readonly size: number
  /** More parts may follow. */
  readonly open?: true
  readonly state: JsonText
  readonly input?: JsonText
  readonly parent?: ParentLink
  readonly continuedFrom?: string
  readonly continuedTo?: string
  /** What it came to; set by the commit that ends it. */
  readonly output?: JsonText
  readonly error?: string
  readonly createdAt: number
  /** When a commit or a message last changed it or its mailbox. */
  readonly updatedAt: number
  /** When it ended. */
  readonly completedAt?: number
}

/**
 * What became of a new instance. `repeated`: its request id, or its own id, was seen before. `createdAt` is the
 * store's time of the step that stored it: with it, whoever created it knows all of the new instance.
 */
export type CreateOutcome =
  | { readonly kind: 'created'; readonly id: string; readonly createdAt: number }
  | { readonly kind: 'repeated'; readonly id: string }

/** How a child instance ended. */
export type ChildStatus = Extract<WorkflowStatus, 'completed' | 'failed' | 'cancelled'>

/** What can arrive in a mailbox. The store adds `at`, its time of the step that recorded the message. */
export type InstanceMessage =
  /** The instance was created. */
  | { readonly kind: 'started' }
  /** A job of it has ended: written by the step that ends the job, however it ends. */
  | {
      readonly kind: 'jobEnded'
      readonly jobId: string
      /** The task (or hook) the job was enqueued for. */
      readonly task: string
      readonly status: 'completed' | 'dead' | 'cancelled'
      readonly output?: JsonText
      readonly error?: string
      /** Its handler skipped: the reason, `''` without one. */
      readonly skipped?: string
      /** Its handler asked to continue as new, with this input. */
      readonly continueAsNew?: JsonText
    }
  /** A child of it has ended. */
  | {
      readonly kind: 'childEnded'
      readonly childId: string
      readonly task: string
      readonly status: ChildStatus
      readonly output?: JsonText
      readonly error?: string
    }
  /** A child of it goes on as another instance. */
  | {
      readonly kind: 'childContinued'
      readonly childId: string
      readonly task: string
      readonly continuedTo: string
    }
  /** A child of it that had ended was retried by itself. */
  | { readonly kind: 'childRetried'; readonly childId: string; readonly task: string }
  /** A timer was due: the one of this name that was set for `dueAt`. */
  | { readonly kind: 'timerDue'; readonly name: string; readonly dueAt: number }
  | {
      readonly kind: 'signal'
      /** Mints as ids are; names it to acknowledge it. */
      readonly id: string
      readonly name: string
      readonly payload?: JsonText
      readonly dedupeKey?: string
    }
  | { readonly kind: 'cancel'; readonly reason?: string }
  | { readonly kind: 'suspend' | 'resume' }
  /** Of a batch: `failedOnly` goes on from what failed, was cancelled or never ran; else all items are done anew. */
  | { readonly kind: 'retry'; readonly failedOnly?: boolean }
  /** Parts were appended: with `last`, or because the append asked to tell. */
  | { readonly kind: 'appended'; readonly size: number; readonly last: boolean }
  /** A group is complete: it has its most messages, or its time is over. It takes no more. */
  | { readonly kind: 'cut' }
  /** From the instance to itself: there was more to do than one commit should carry. */
  | { readonly kind: 'proceed' }

/** A message as it is received. */
export type Mail = InstanceMessage & { readonly at: number }

/** A message to send. */
export interface Sending {
  readonly to: string
  readonly message: InstanceMessage
  /** Statuses of the receiver in which it is recorded; in any other it is refused. */
  readonly allowed: readonly WorkflowStatus[]
  /** The status the receiver takes on in the step that records the message (suspend, resume, retry). */
  readonly becomes?: WorkflowStatus
  /** Told with it, as `workflow.suspended`. */
  readonly event?: JobEvent['type']
  /** Who sends it: a message that is recorded is noted in the audit trail of its receiver (`InspectorRole.audit`), with its kind as the verb. */
  readonly by?: Actor
}

/**
 * What became of one message, looked for in this order: `unknown`, `refused`, `duplicate`, `full`. `refused` names
 * the status that forbids it; `duplicate`: a signal with this dedupe key was recorded in the last 30 days; `full`:
 * `MAX_PENDING_SIGNALS` are pending.
 */
export type SendOutcome =
  | { readonly kind: 'recorded' | 'unknown' | 'duplicate' | 'full' }
  | { readonly kind: 'refused'; readonly status: WorkflowStatus; readonly continuedTo?: string }

/** Signals an instance may have pending, neither consumed nor acknowledged; one more is refused. */
export const MAX_PENDING_SIGNALS = 10_000

/** Links of a chain of instances that go on as each other that one call follows. */
export const MAX_LINKS = 1_000

/** How long an open instance waits for its next parts: 24 hours. */
export const OPEN_MS: number = 24 * 60 * 60 * 1000

/** The timer of an open instance; it is set anew by every `append` and gone with the last. Due, it is mail as any timer. */
export const OPEN_TIMER = 'open'

/** Parts for an open instance. */
export interface Append {
  readonly id: string
  /** Items the instance has before these: what makes a repeat harmless. */
  readonly from: number
  readonly parts: readonly PartWrite[]
  /** The items in these parts, in order; they join the ordered set `names`, where the order of each is its place. */
  readonly names: readonly string[]
  /** No more follow: the instance is open no longer. */
  readonly last: boolean
  /** Puts the message `appended` into the mailbox also when it is not the last. */
  readonly tell: boolean
}

/**
 * What became of an append. `elsewhere`: the instance has another `size` than `from` says, or is not open: nothing happened;
 * a producer that was interrupted goes on from there.
 */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly size: number }
  | { readonly kind: 'elsewhere'; readonly size: number; readonly open: boolean }
  /** There is an item of this name already; nothing happened. */
  | { readonly kind: 'duplicate'; readonly name: string }
  | { readonly kind: 'refused'; readonly status: WorkflowStatus }
  | { readonly kind: 'unknown' }

/** A task for a group, with the setting that holds for it. */
export interface Collected {
  /** Minted as job ids are. */
  readonly id: string
  readonly group: string
  readonly taskType: string
  readonly payload: JsonText
  readonly setting: GroupSetting
}

/** Where a task for a group went: the instance, and how many messages that has with it. */
export interface CollectOutcome {
  readonly id: string
  readonly size: number
}

/** How long a dedupe key of a signal is remembered: 30 days. */
export const SIGNAL_DEDUPE_MS: number = 30 * 24 * 60 * 60 * 1000

/** What became of the order to remove an instance. `owned`: it goes with its parent. */
export type RemoveOutcome =
  | { readonly kind: 'done' | 'unknown' }
  | { readonly kind: 'refused'; readonly status: WorkflowStatus }
  | { readonly kind: 'owned'; readonly ownerId: string }

/**
 * Keeps workflows as instances: a head, named parts, a mailbox, timers, signals, member jobs and children. All of one
 * instance, its jobs and its children live in one partition.
 *
 * An ended instance without a parent is kept by the retention setting (`completed` and `continued`: completedMs,
 * `failed`: deadMs, `cancelled`: cancelledMs), one with a parent for as long as that. Retention takes none of which a
 * job is under way (its hooks end after it), none below which another was taken out of its end and has not ended since, nor,
 * for a minute, one that has mail. Removal makes it and all it owns
 * invisible in one step (`removing`); `advance` then takes parts, members, runs and children away in slices.
 */
export interface InstancesRole {
  /**
   * Stores new instances, each wholly or not at all, in order: head, definition, the event `workflow.started` (`jobId` and
   * `workflowId` are the instance's) and the message `started` with the waking of an engine, or the jobs it begins with, are
   * one step. Two in one call may meet by their request id.
   *
   * @throws StoreFullError when the store has no room.
   */
  create(call: CallKey, instances: readonly NewInstance[]): Promise<readonly CreateOutcome[]>

  /**
   * Records messages, each atomically, in order, and wakes an engine: at the end of the mailbox of its receiver if
   * the receiver's status is one of `allowed`. With `becomes` the receiver takes that status on in the same step, its
   * version grows, and it is listed under it; taken out of an end, it is no longer due for retention and
   * `completedAt`, `output` and `error` are gone. A `signal` is also added to the pending signals, under its dedupe
   * key. A repeat under the same key gives the same outcomes. `event` carries the receiver's id as `jobId` and
   * `workflowId`.
   *
   * @throws StoreFullError when the store has no room.
   */
  send(call: CallKey, messages: readonly Sending[]): Promise<readonly SendOutcome[]>

  /**
   * Adds parts to open instances, each wholly or not at all, in order. Resets the timer `OPEN_TIMER` to `OPEN_MS` from now;
   * the last one takes it away and puts `appended` into the mailbox.
   *
   * @throws StoreFullError when the store has no room.
   */
  append(call: CallKey, appends: readonly Append[]): Promise<readonly AppendOutcome[]>

  /**
   * Puts tasks into their groups, in order. A group is per group name and task type: an instance of kind `group` named
   * by the group, which the first message creates (state `{}`, input the task type as JSON; no events, no `started`), in the partition
   * `homePartition({ id: '', requestId: <group>\n<taskType> })`. A message becomes part `m:<n>`, n = 0, 1, ...: the text
   * `[id, addedAt, payload]`; the head's state stays. The step that adds message `maxSize` cuts the group exactly there:
   * it takes no more, gets the message `cut`, and the next message begins another instance. Otherwise the step sets when
   * time cuts it: `gracePeriodMs` after this message, at most `maxDelayMs` after the first; what `advance` finds due is cut
   * likewise. The mail waits in `group:<setting.key>`.
   *
   * `settingsVersion` is the version the settings were read at; when the store has another, nothing happens (`stale`).
   *
   * @throws StoreFullError when the store has no room.
   */
  collect(
    call: CallKey,
    settingsVersion: number,
    messages: readonly Collected[],
  ): Promise<'stale' | readonly CollectOutcome[]>

  /**
   * Removes ended instances with everything they own, jobs under way included. Children are `owned`, whatever their
   * status.
   */
  remove(call: CallKey, ids: readonly string[]): Promise<readonly RemoveOutcome[]>

  /**
   * The newest instance each goes on as, its own id for one that goes on as none or is not there (any more). Of a longer chain
   * than `MAX_LINKS` it gives the one so many links further, from where another call goes on.
   */
  newest(ids: readonly string[]): Promise<readonly string[]>

  /** The heads, in order; undefined where there is none. */
  get(ids: readonly string[]): Promise<readonly (InstanceHead | undefined)[]>
}
