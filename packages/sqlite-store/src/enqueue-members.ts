import { defineJob, enqueueFiring, type MemberJob, type NewJob } from '@dureq/types'
import { enqueueOne, homeId, idsTaken, prefetchFlow } from './enqueue.ts'
import { addFiring } from './moves.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

/**
 * Stores the new jobs of an instance, its members and others; those whose ids there are jobs of are passed over, and
 * those instead of which there is another.
 */
export function enqueueJobsOf(
  step: Step,
  stored: StoredInstance,
  jobs: readonly (MemberJob | NewJob)[],
): void {
  if (jobs.length === 0) return
  const ids = jobs.map(homeId)
  const taken = idsTaken(step.db, ids)
  prefetchFlow(step, jobs)
  jobs.forEach((job, i) => {
    const id = ids[i] as string
    if (taken.has(id)) return
    taken.add(id)
    if (job.workflowId === undefined && job.batchId === undefined) enqueueOne(step, job, id)
    else addMember(step, stored, job, id)
  })
}

function addMember(step: Step, stored: StoredInstance, job: NewJob, id: string): void {
  const owner = job.batchId === undefined ? { workflowId: stored.id } : { batchId: stored.id }
  const definition = defineJob({ ...job, ...owner }, id, step.now)
  const { seq } = addFiring(step, definition, enqueueFiring(definition, step.now))
  step.instances.addMember(stored, seq)
}
