import type { JobEvent } from '@dureq/types'
import { encodeInstant } from './instant.ts'

/** An event on the wire; what is undefined is left out. */
export interface EventWire {
  readonly type: string
  readonly job_id?: string | undefined
  readonly firing_id?: string | undefined
  readonly run_id?: string | undefined
  readonly node_id?: string | undefined
  readonly task_type?: string | undefined
  readonly error?: string | undefined
  readonly attempt?: number | undefined
  readonly timestamp: string
  readonly batch_progress?: BatchProgressWire | undefined
  readonly affected_run_ids?: readonly string[] | undefined
  readonly workflow_id?: string | undefined
  readonly version?: string | undefined
}

interface BatchProgressWire {
  readonly batch_id: string
  readonly done: number
  readonly total: number
  readonly failed: number
  readonly step?: string | undefined
}

/** Writes an event. */
export function encodeEvent(event: JobEvent): EventWire {
  const { batchProgress } = event
  return {
    type: event.type,
    job_id: event.jobId,
    firing_id: event.firingId,
    run_id: event.runId,
    node_id: event.nodeId,
    task_type: event.taskType,
    error: event.error,
    attempt: event.attempt,
    timestamp: encodeInstant(event.timestamp),
    batch_progress: batchProgress && encodeProgress(batchProgress),
    affected_run_ids: event.affectedRunIds,
    workflow_id: event.workflowId,
    version: event.version,
  }
}

function encodeProgress(progress: NonNullable<JobEvent['batchProgress']>): BatchProgressWire {
  const { batchId, done, total, failed, step } = progress
  return { batch_id: batchId, done, total, failed, step }
}
