import type { BatchState } from './state.ts'

/** How many items of a batch are where. They add up to `total`. */
export interface BatchCounts {
  readonly total: number
  readonly completed: number
  readonly failed: number
  readonly running: number
  readonly pending: number
  readonly cancelled: number
}

/**
 * The counters of a batch as it stands. Items without a job are pending, or cancelled when the batch is ending or has ended.
 *
 * @param size items it has (`InstanceHead.size`).
 */
export function countBatch(
  state: Pick<BatchState, 'phase' | 'completed' | 'failed' | 'running' | 'cancelled'>,
  size: number,
): BatchCounts {
  const { completed, failed, running, cancelled } = state
  const left = size - completed - failed - running - cancelled
  const isStopped = hasStopped(state)
  return {
    total: size,
    completed,
    failed,
    running,
    pending: isStopped ? 0 : left,
    cancelled: isStopped ? cancelled + left : cancelled,
  }
}

/** Whether nothing more of it is dispatched in this attempt. */
export function hasStopped({ phase }: Pick<BatchState, 'phase'>): boolean {
  return phase === 'ending' || phase === 'over'
}
