import { isPlainObject, type JobRun, type JsonValue } from '@dureq/types'
import { encodeOptionalInstant } from './instant.ts'

/** How far one run is, on the wire. */
export interface RunProgressWire {
  readonly run_id: string
  readonly status: string
  /** What the handler reported last; null: nothing. */
  readonly progress: JsonValue
  readonly last_heartbeat_at?: string | undefined
}

/** How far a job is: the number pages draw a bar from, and what each of its live runs has reported. */
export interface JobProgressWire {
  readonly progress: number | null
  readonly message?: string | undefined
  readonly details?: JsonValue | undefined
  readonly run_id?: string | undefined
  readonly status?: string | undefined
  readonly last_heartbeat_at?: string | undefined
  readonly runs: readonly RunProgressWire[]
}

/** Writes how far a run is. */
export function encodeRunProgress({ id, status, progress, lastHeartbeatAt }: JobRun): RunProgressWire {
  return {
    run_id: id,
    status,
    progress: progress ?? null,
    last_heartbeat_at: encodeOptionalInstant(lastHeartbeatAt),
  }
}

/** Writes how far a job with these live runs is, by the newest, which is the first. */
export function encodeJobProgress(live: readonly JobRun[]): JobProgressWire {
  const runs = live.map(encodeRunProgress)
  const [newest] = runs
  if (newest === undefined) return { progress: null, runs }
  const { progress: reported, ...rest } = newest
  return { ...rest, ...summaryOf(reported), runs }
}

/** A number is the progress itself; an object may have it, with a message, as members. */
function summaryOf(reported: JsonValue): Pick<JobProgressWire, 'progress' | 'message' | 'details'> {
  if (typeof reported === 'number') return { progress: reported }
  if (reported === null) return { progress: null }
  if (!isPlainObject(reported)) return { progress: null, details: reported }
  const { progress, percent, message } = reported
  const number = [progress, percent].find((value) => typeof value === 'number')
  return {
    progress: typeof number === 'number' ? number : null,
    details: reported as JsonValue,
    ...(typeof message === 'string' && { message }),
  }
}
