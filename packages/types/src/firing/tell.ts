import type { EventType, JobEvent } from '../event.ts'
import type { RunRecord } from '../run.ts'
import type { Firing } from './firing.ts'

/** What an event of a firing tells beyond the firing itself. */
export interface Told {
  /** The run that the step begins, ends or takes back: all events of such a step name it and its node. */
  readonly run?: RunRecord
  readonly error?: string
}

/** An event of a firing as it is after the move. */
export function tell(type: EventType, firing: Firing, told: Told = {}): JobEvent {
  const { job, attempt, updatedAt } = firing
  const event = { type, timestamp: updatedAt, jobId: job.id, taskType: job.taskType, attempt }
  const { run, error } = told
  if (run === undefined) return error === undefined ? event : { ...event, error }
  const ofRun = { ...event, runId: run.id, nodeId: run.nodeId }
  return error === undefined ? ofRun : { ...ofRun, error }
}
