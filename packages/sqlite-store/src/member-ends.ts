import type { RunOutcome } from '@dureq/types'
import type { MemberEnd } from './instance-book.ts'
import type { Step } from './step.ts'
import type { MemberOf, StoredFiring } from './stored-firing.ts'
import type { StoredInstance } from './stored-instance.ts'

/** What a run that succeeded tells its instance besides its output. */
export type TaskNews = Pick<Extract<RunOutcome, { readonly kind: 'succeeded' }>, 'skipped' | 'continueAsNew'>

/** The message a member that has just ended sends. */
export function memberEndOf(stored: StoredFiring, owner: MemberOf, news: TaskNews | undefined): MemberEnd {
  const { firing, seq } = stored
  if (firing.place.kind !== 'ended')
    throw new TypeError(`a member that is ${firing.place.kind} has not ended`)
  const { status, error, output } = firing.place.result
  const told = status === 'completed' ? news : undefined
  return {
    instanceId: owner.instanceId,
    message: {
      kind: 'jobEnded',
      jobId: firing.id,
      task: owner.task,
      status,
      ...(error !== undefined && { error }),
      ...(told?.skipped !== undefined && { skipped: told.skipped }),
      ...(told?.continueAsNew !== undefined && { continueAsNew: told.continueAsNew }),
    },
    outputOf: output === undefined ? null : seq,
  }
}

/** Tells an instance of the end of its member. To one that was removed it means nothing any more. */
export function followMemberEnd(step: Step, stored: StoredInstance, end: MemberEnd): void {
  stored.openJobs--
  const root = step.instances.bySeq(step, stored.root)
  if (root?.isRemoved) step.instances.changed(stored)
  else step.instances.post(step, stored, end.message, end.outputOf)
}
