import {
  type Clock,
  Faults,
  JobCancelledError,
  JobFailedError,
  JobNotFoundError,
  type JobResult,
  type JsonValue,
  ResultNotKeptError,
  StoreUnavailableError,
  WaitTimeoutError,
} from '@dureq/types'
import type { ClientCore } from './core.ts'
import { endOf, readEnd } from './end-of.ts'
import { type JobRef, requireId } from './job-ref.ts'
import { joinSignals, orAborted } from './joined-signal.ts'
import { createWatching, type Watching } from './watch-groups.ts'

/** How long to wait, and what ends it early. */
export interface WaitOptions {
  /** Milliseconds; 0 only looks, `Infinity` waits for as long as it takes. Default: 30,000. */
  readonly timeoutMs?: number
  /** Ends the waiting, which then rejects with the reason of the signal. The job goes on. */
  readonly signal?: AbortSignal
}

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

const DEFAULT_TIMEOUT_MS = 30_000

/** The waiting part of a client. */
export function createWaiting(core: ClientCore): Waiting {
  const watching = createWatching(core)
  return {
    async waitForResult<Output>(job: JobRef<Output>, options: WaitOptions = {}) {
      const { timeoutMs, signal } = readOptions(options)
      const id = requireId(job)
      if (timeoutMs === 0) return outputOf(id, await lookOnce<Output>(core, id))
      const { abort, release, ...joined } = joinSignals([core.life.signal, signal])
      const timer = startTimer(core.clock, timeoutMs, () => abort(new WaitTimeoutError(id, timeoutMs)))
      try {
        return outputOf(id, await untilEnded<Output>(core, { id, watching, signal: joined.signal }))
      } finally {
        timer?.cancel()
        release()
      }
    },
  }
}

async function lookOnce<Output>({ records }: ClientCore, id: string): Promise<JobResult<Output>> {
  const end = await readEnd<Output>(records, id)
  if (end === undefined) throw new WaitTimeoutError(id, 0)
  return end
}

interface Wait {
  readonly id: string
  readonly watching: Watching
  readonly signal: AbortSignal
}

async function untilEnded<Output>(
  { records }: ClientCore,
  { id, watching, signal }: Wait,
): Promise<JobResult<Output>> {
  for (let seen = false; ; seen = true) {
    const record = await orAborted(records.add(id), signal).catch((error: unknown) => {
      if (seen && StoreUnavailableError.is(error)) return 'away' as const
      throw error
    })
    if (record === undefined) throw seen ? new ResultNotKeptError(id) : new JobNotFoundError(id)
    const end = record === 'away' ? undefined : endOf<Output>(record)
    if (end !== undefined) return end
    await watching.ended(id, signal)
  }
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

function startTimer(
  clock: Clock,
  ms: number,
  onTimeout: () => void,
): ReturnType<Clock['setTimeout']> | undefined {
  return ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(onTimeout, ms)
}

function readOptions(options: WaitOptions): WaitOptions & { readonly timeoutMs: number } {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const faults = new Faults()
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0))
    faults.add('timeoutMs', 'must be 0 or more milliseconds')
  faults.throwIfAny()
  return { ...options, timeoutMs }
}
