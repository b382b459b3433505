import type { DureqError } from '@dureq/types'

/** An order to one of many jobs that was not carried out. */
export interface RefusedOrder {
  /** The job or firing. */
  readonly jobId: string
  /** Why: what the order to it alone would have rejected with. */
  readonly error: DureqError
}

/** What became of an order to many jobs. */
export interface OrderReport {
  /** How many it was carried out on. */
  readonly done: number
  /** Those it was not carried out on, which have not changed. */
  readonly refused: readonly RefusedOrder[]
}

/** What became of one step of an order to all jobs that fit a filter. */
export interface WalkReport extends OrderReport {
  /** Go on from here with another call; absent when there are no more. */
  readonly cursor?: string
}
