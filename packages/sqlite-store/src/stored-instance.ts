import type { InstanceKind, MailQueue, ParentLink, WorkflowStatus } from '@dureq/types'

/** An instance as one step works with it: its head without its texts, and what only the tables know. */
export interface StoredInstance {
  readonly seq: number
  readonly id: string
  /** Number of the instance that stands above it and below no other; its own, if none stands above it. */
  readonly root: number
  readonly kind: InstanceKind
  readonly name: string
  /** A group has none. */
  readonly definitionHash: string | undefined
  readonly requestId: string | undefined
  readonly parent: ParentLink | undefined
  readonly continuedFrom: string | undefined
  readonly createdAt: number
  status: WorkflowStatus
  version: number
  state: string
  continuedTo: string | undefined
  error: string | undefined
  updatedAt: number
  completedAt: number | undefined
  /** Numbers of its oldest message and of its next one: equal when it has none. */
  mailFrom: number
  mailTo: number
  /** The ticket since which its mail can be received; null when it has none, or somebody has received it. */
  ready: number | null
  lease: MailLease | undefined
  /** Members that have not ended. */
  openJobs: number
  /** Pending signals. */
  signals: number
  /** When time alone takes it away, and what that means: one of `instanceDue`. */
  due: InstanceDue | undefined
  isRemoved: boolean
  /** Items in its parts. */
  size: number
  /** More parts may be appended. */
  isOpen: boolean
  /** The task type of a group that still takes messages. */
  collects: string | undefined
  /** Where its mail waits. */
  queue: MailQueue
}

/** Who has received the mail of an instance, and until when nobody else does. */
interface MailLease {
  /** The call, by `callId`. */
  readonly by: string
  readonly until: number
}

/** An instant at which time alone takes an instance away. */
interface InstanceDue {
  readonly class: number
  readonly at: number
}

/** Whether an instance stands below no other. */
export function isRoot({ seq, root }: Pick<StoredInstance, 'seq' | 'root'>): boolean {
  return seq === root
}

/** Whether it has messages. */
export function hasMail({ mailFrom, mailTo }: StoredInstance): boolean {
  return mailTo > mailFrom
}
