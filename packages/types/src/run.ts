import type { JsonText, JsonValue } from './json.ts'
import type { RunStatus } from './run-status.ts'

/** Characters kept of the stack of an error; what is longer loses its end. */
export const MAX_STACK_CHARS = 8_192

/** One execution of a firing. Every attempt is a run of its own, with its own id and record. */
export interface JobRun<Progress = JsonValue> {
  /** `<job or firing id>-<n>`, where n counts every execution. */
  readonly id: string
  readonly jobId: string
  readonly nodeId: string
  readonly status: RunStatus
  /** 1 for the first attempt; a repeated or handed-back execution does not raise it. */
  readonly attempt: number
  readonly error?: string
  /** Where the error came from, as the runtime of its node tells it: at most `MAX_STACK_CHARS`. Only of a run whose handler threw. */
  readonly stack?: string
  readonly startedAt: number
  readonly finishedAt?: number
  readonly durationMs?: number
  /** When its lease was last prolonged; absent before the first time. */
  readonly lastHeartbeatAt?: number
  /** The last value the handler reported. */
  readonly progress?: Progress
}

/** A run as the store keeps it: progress is the JSON text that came in. */
export type RunRecord = JobRun<JsonText>

/** The run with its progress parsed. */
export function parseRun(record: RunRecord): JobRun {
  const { progress, ...rest } = record
  return progress === undefined ? rest : { ...rest, progress: JSON.parse(progress) as JsonValue }
}
