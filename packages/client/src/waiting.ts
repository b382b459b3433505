import {
  JobCancelledError,
  JobFailedError,
  JobNotFoundError,
  type JobResult,
  type JsonValue,
  ResultNotKeptError,
} from '@dureq/types'
import { awaitEnd, type Look, type WaitOptions } from './await-end.ts'
import type { ClientCore } from './core.ts'
import { endOf } from './end-of.ts'
import { type JobRef, requireId } from './job-ref.ts'

/** Waits for jobs to end. */
export interface Waiting {
  /**
   * Waits for a job and resolves to its output (undefined if its handler returned nothing). It looks at the state of
   * the job, never only for news of it, so that it cannot miss an end. Once it has seen the job it waits through
   * outages of the store. However many wait in one process, few calls of the store are under way.
   *
   * A recurring job ends when its schedule is over, as its newest firing did; each firing can be waited for by its id.
   *
   * @throws JobFailedError carrying the result, JobCancelledError, WaitTimeoutError.
   * @throws JobNotFoundError when there is no such job (any more); ResultNotKeptError when it was removed while waited
   *   for, because its retention is 0.
   * @throws ServerStoppedError when the client is closed meanwhile.
   */
  waitForResult<Output = JsonValue>(job: JobRef<Output>, options?: WaitOptions): Promise<Output>
}

/** The waiting part of a client. */
export function createWaiting(core: ClientCore): Waiting {
  return {
    async waitForResult<Output>(job: JobRef<Output>, options?: WaitOptions) {
      const id = requireId(job)
      const look = (): Promise<Look<JobResult<Output>>> => lookAtJob(core, id)
      return outputOf(id, await awaitEnd(core, { id, look, missing }, options))
    },
  }
}

async function lookAtJob<Output>({ records }: ClientCore, id: string): Promise<Look<JobResult<Output>>> {
  const record = await records.add(id)
  if (record === undefined) return { kind: 'gone' }
  const end = endOf<Output>(record)
  return end === undefined ? { kind: 'open' } : { kind: 'ended', end }
}

function missing(id: string, seen: boolean): Error {
  return seen ? new ResultNotKeptError(id) : new JobNotFoundError(id)
}

function outputOf<Output>(id: string, result: JobResult<Output>): Output {
  switch (result.status) {
    case 'completed':
      return result.output as Output
    case 'dead':
      throw new JobFailedError(id, result as JobResult)
    case 'cancelled':
      throw new JobCancelledError(id)
  }
}
