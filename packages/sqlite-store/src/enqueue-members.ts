import { defineJob, enqueueFiring, type MemberJob } from '@dureq/types'
import { homeId, idsTaken } from './enqueue.ts'
import { addFiring } from './moves.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

/** Stores the new jobs of an instance; those whose ids there are jobs of are passed over. */
export function enqueueMembers(step: Step, stored: StoredInstance, jobs: readonly MemberJob[]): void {
  if (jobs.length === 0) return
  const ids = jobs.map(homeId)
  const taken = idsTaken(step.db, ids)
  jobs.forEach((job, i) => {
    const id = ids[i] as string
    if (taken.has(id)) return
    taken.add(id)
    const definition = defineJob({ ...job, workflowId: stored.id }, id, step.now)
    const { seq } = addFiring(step, definition, enqueueFiring(definition, step.now))
    step.instances.addMember(stored, seq)
  })
}
