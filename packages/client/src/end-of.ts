import { isTerminalJobStatus, type JobRecord, type JobResult, parseJobResult } from '@dureq/types'

/** How a job ended; undefined while it has not. */
export function endOf<Output>(record: JobRecord): JobResult<Output> | undefined {
  const { result, status } = record
  if (result === undefined || !isTerminalJobStatus(status)) return undefined
  return parseJobResult(result) as JobResult<Output>
}
