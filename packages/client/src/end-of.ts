import { JobNotFoundError, type JobRecord, type JobResult, parseJobResult } from '@dureq/types'
import type { ClientCore } from './core.ts'

/**
 * How a job ended; undefined while it has not. A recurring one ended as its newest firing did, or as it says itself when it
 * never fired or was cancelled.
 */
export function endOf<Output>(record: JobRecord): JobResult<Output> | undefined {
  const { result, status } = record
  if (status === 'cancelled' && result?.status !== status) return { status }
  if (status !== 'completed' && status !== 'dead' && status !== 'cancelled') return undefined
  return result === undefined ? { status } : (parseJobResult(result) as JobResult<Output>)
}

/**
 * How a job ended; undefined while it has not.
 *
 * @throws JobNotFoundError when there is no such job (any more).
 */
export async function readEnd<Output>(
  records: ClientCore['records'],
  id: string,
): Promise<JobResult<Output> | undefined> {
  const record = await records.add(id)
  if (record === undefined) throw new JobNotFoundError(id)
  return endOf(record)
}
