import type { BatchPlan, BatchState, InstanceHead, ItemStatus, JobRecord, JsonText } from '@dureq/types'

/** What has been read of one batch, or of a stretch of its items. */
export interface BatchView {
  readonly head: InstanceHead
  readonly state: BatchState
  readonly plan: BatchPlan
  /** The items that were read, in order; none in a list. */
  readonly items: readonly ItemView[]
  /** The job of the shared step, if it is kept. */
  readonly onetime?: JobRecord | undefined
}

/** One item of a batch as it was read. */
export interface ItemView {
  readonly place: number
  readonly id: string
  readonly status: ItemStatus
  /** Absent when it was taken away while it was read. */
  readonly payload?: JsonText | undefined
  /** The job that handles it now, or did last. */
  readonly job?: JobRecord | undefined
}

/** The state of a batch. */
export function stateOf({ state }: InstanceHead): BatchState {
  return JSON.parse(state) as BatchState
}
