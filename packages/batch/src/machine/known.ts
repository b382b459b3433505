import type {
  BatchMark,
  BatchPlan,
  BatchState,
  InstanceHead,
  ItemsPart,
  JobsPart,
  JsonText,
  Random,
  StoredItem,
  UnmetPart,
} from '@dureq/types'

/** The value of a part of a batch, parsed. Which it is its name says. */
export type BatchPart = ItemsPart | JobsPart | UnmetPart

/** Some of the names in a set of an instance (`MailboxesRole.marked`). */
export interface MarkedRange {
  readonly set: BatchMark
  readonly offset: number
  readonly limit: number
}

/** What names a `MarkedRange` in `Known.marked`. */
export function markedKey({ set, offset, limit }: MarkedRange): string {
  return `${set} ${offset} ${limit}`
}

/**
 * What has been loaded of one batch, all of it as of the version of `head`. Where `get` gives undefined it has not been
 * loaded; null says that there is none.
 */
export interface Known {
  /** As received. */
  readonly head: InstanceHead
  /** The definition its hash names. */
  readonly plan: BatchPlan
  /** `head.state`, parsed. */
  readonly state: BatchState
  /** By the name of the part. */
  readonly parts: { get(name: string): BatchPart | null | undefined }
  /** What member jobs were made for, by their id: `Job.batchItem` and the payload. */
  readonly jobs: { get(jobId: string): StoredItem | null | undefined }
  /** What member jobs have returned, by their id. */
  readonly outputs: { get(jobId: string): JsonText | null | undefined }
  /** Names of parts, by `markedKey`. */
  readonly marked: { get(key: string): readonly string[] | undefined }
}

/** What must be loaded before a reduction can go on: everything it could find out at once. */
export interface Needs {
  /** Names of parts. */
  readonly parts: readonly string[]
  /** Ids of member jobs. */
  readonly jobs: readonly string[]
  /** Ids of member jobs that have completed. */
  readonly outputs: readonly string[]
  readonly marked: readonly MarkedRange[]
}

/** What a reduction needs besides: everything that is not a function of what is known. */
export interface ReduceTools {
  /** The store's clock, epoch ms (`ReceiveReply.now`). */
  readonly now: number
  /** Makes ids for jobs. */
  readonly newId: () => string
  /** Draws the jitter of a backoff. */
  readonly random: Random
  /** Most dispatches, cancels or parts taken away in one commit; cancels go by whole parts. Default: 500. */
  readonly most?: number
}
