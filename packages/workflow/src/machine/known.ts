import type { HookPart, Mark, TaskPart, WorkflowGraph, WorkflowState } from '@dureq/dag'
import type { InstanceHead, JsonText, PendingSignal, Random } from '@dureq/types'

/** Some of the names in a set of an instance (`MailboxesRole.marked`). */
export interface MarkedRange {
  readonly set: Mark
  readonly offset: number
  readonly limit: number
}

/** What a read of a `MarkedRange` found. */
export interface MarkedNames {
  /** Names of parts (`t:<task>`). */
  readonly names: readonly string[]
  /** How many the whole set has. */
  readonly total: number
}

/** What names a `MarkedRange` in `Known.marked`. */
export function markedKey({ set, offset, limit }: MarkedRange): string {
  return `${set} ${offset} ${limit}`
}

/** Pending signals of one name that are loaded at once. */
export const SIGNALS_LOADED = 100

/**
 * What has been loaded of one instance, all of it as of the version of `head` (signals: then or later). Where
 * `get` gives undefined it has not been loaded; null says that there is none.
 */
export interface Known {
  /** As received. */
  readonly head: InstanceHead
  /** The definition its hash names, compiled. */
  readonly graph: WorkflowGraph
  /** `head.state`, parsed. */
  readonly state: WorkflowState
  /** By the name of the part. */
  readonly parts: { get(name: string): TaskPart | HookPart | null | undefined }
  /** What the job or child that carried a task out last has returned, by the name of the task. */
  readonly outputs: { get(task: string): JsonText | null | undefined }
  /** By `markedKey`. */
  readonly marked: { get(key: string): MarkedNames | undefined }
  /** By name: the oldest `SIGNALS_LOADED` that are pending, oldest first. */
  readonly signals: { get(name: string): readonly PendingSignal[] | undefined }
}

/** What must be loaded before a reduction can go on: everything it could find out at once. */
export interface Needs {
  /** Names of parts. */
  readonly parts: readonly string[]
  /** Names of tasks; their parts are known. */
  readonly outputs: readonly string[]
  readonly marked: readonly MarkedRange[]
  /** Names of signals. */
  readonly signals: readonly string[]
}

/** What a reduction needs besides: everything that is not a function of what is known. */
export interface ReduceTools {
  /** The store's clock, epoch ms (`ReceiveReply.now`). */
  readonly now: number
  /** Makes ids for jobs and instances. */
  readonly newId: () => string
  /** Draws the jitter of a backoff. */
  readonly random: Random
  /** Most dispatches, cancels and relays in one commit. Default: 500. */
  readonly most?: number
}
