import type { EventType, JobEvent } from '../event.ts'
import type { RunRecord } from '../run.ts'
import type { Firing } from './firing.ts'

/** What an event of a firing tells beyond the firing itself. */
export interface Told {
  /** The run that the step begins, ends or takes back: all events of such a step name it and its node. */
  readonly run?: RunRecord
  readonly error?: string
  /** Default: the attempts finished. */
  readonly attempt?: number
}

/** An event of a firing as it is after the move. */
export function tell(type: EventType, firing: Firing, told: Told = nothingMore): JobEvent {
  const { job, updatedAt: timestamp } = firing
  const { run, error, attempt = firing.attempt } = told
  const { id: jobId, taskType } = job
  // Written out: to spread, or to add to what is there, takes longer, and every event comes by here.
  if (firing.id !== jobId) {
    return { ...tellOf(run, error), type, timestamp, jobId, firingId: firing.id, taskType, attempt }
  }
  if (run === undefined) {
    return error === undefined
      ? { type, timestamp, jobId, taskType, attempt }
      : { type, timestamp, jobId, taskType, attempt, error }
  }
  const { id: runId, nodeId } = run
  return error === undefined
    ? { type, timestamp, jobId, taskType, attempt, runId, nodeId }
    : { type, timestamp, jobId, taskType, attempt, runId, nodeId, error }
}

function tellOf(run: RunRecord | undefined, error: string | undefined): Partial<JobEvent> {
  return {
    ...(run !== undefined && { runId: run.id, nodeId: run.nodeId }),
    ...(error !== undefined && { error }),
  }
}

const nothingMore: Told = {}
