import type { JobRun, JsonValue } from '@dureq/types'
import { encodeInstant, encodeOptionalInstant } from './instant.ts'
import { encodeNanoseconds } from './length.ts'

/** A run on the wire; what is undefined is left out, progress goes as it is. */
export interface RunWire {
  readonly id: string
  readonly job_id: string
  readonly node_id: string
  readonly status: string
  readonly attempt: number
  readonly error?: string | undefined
  readonly stack?: string | undefined
  readonly started_at: string
  readonly finished_at?: string | undefined
  /** Whole nanoseconds; left out when it is 0. */
  readonly duration?: number | undefined
  readonly last_heartbeat_at?: string | undefined
  readonly progress?: JsonValue | undefined
}

/** Writes a run. */
export function encodeRun(run: JobRun): RunWire {
  return {
    id: run.id,
    job_id: run.jobId,
    node_id: run.nodeId,
    status: run.status,
    attempt: run.attempt,
    error: run.error,
    stack: run.stack,
    started_at: encodeInstant(run.startedAt),
    finished_at: encodeOptionalInstant(run.finishedAt),
    duration: encodeNanoseconds(run.durationMs ?? 0) || undefined,
    last_heartbeat_at: encodeOptionalInstant(run.lastHeartbeatAt),
    progress: run.progress,
  }
}
