import type { JobRecord } from '../job.ts'
import type { JobDefinition } from './enqueue.ts'
import type { Firing, Place } from './firing.ts'

/** The record of a job as readers see it: its definition and the state of its firing. */
export function jobRecordOf(definition: JobDefinition, firing: Firing): JobRecord {
  return {
    ...definition,
    id: firing.id,
    status: firing.status,
    attempt: firing.attempt,
    consecutiveErrors: firing.consecutiveErrors,
    ...(firing.lastError !== undefined && { lastError: firing.lastError }),
    ...(firing.lastRunAt !== undefined && { lastRunAt: firing.lastRunAt }),
    ...(firing.completedAt !== undefined && { completedAt: firing.completedAt }),
    ...placeFields(firing.place),
    updatedAt: firing.updatedAt,
  }
}

function placeFields(place: Place): Partial<JobRecord> {
  switch (place.kind) {
    case 'due':
      return { nextRunAt: place.dueAt }
    case 'paused':
      return { pausedAt: place.pausedAt, ...(place.resumeAt !== undefined && { resumeAt: place.resumeAt }) }
    case 'ended':
      return { result: place.result }
    case 'recurring':
      return {
        ...(place.nextRunAt !== undefined && { nextRunAt: place.nextRunAt }),
        ...(place.pausedAt !== undefined && { pausedAt: place.pausedAt }),
      }
    case 'line':
    case 'held':
    case 'leased':
    case 'gone':
      return {}
  }
}
