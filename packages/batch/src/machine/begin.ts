import { startDeadline } from './deadline.ts'
import type { Draft } from './draft.ts'
import { onetimeJob } from './job.ts'
import { setPhase } from './moves.ts'

/**
 * An attempt begins: with the shared step, unless that has completed before or there is nothing to do.
 *
 * @param from when its time begins to count, epoch ms.
 */
export function begin(draft: Draft, from: number): void {
  const { known, state } = draft
  startDeadline(draft, from)
  const isEmpty = known.head.size === 0 && !isOpen(draft)
  const { onetimeTaskType } = known.plan
  if (isEmpty || onetimeTaskType === undefined || state.onetime?.status === 'completed') {
    return setPhase(draft, 'items')
  }
  setPhase(draft, 'onetime')
  const job = onetimeJob(draft, onetimeTaskType)
  draft.enqueue.push(job)
  state.onetime = { jobId: job.id, status: 'running' }
}

/** Whether it can begin: all its items are stored, or it does not wait for them. */
export function mayBegin(draft: Draft): boolean {
  return draft.state.eager === true || !isOpen(draft)
}

/** Whether more items may follow. */
export function isOpen({ known }: Draft): boolean {
  return known.head.open === true
}
