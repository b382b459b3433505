import type { FiringJob } from './firing.ts'

/** Attempts allowed in all: the job's policy, else the handler's number, lowered by the job's `dlqAfter`. */
export function effectiveMaxAttempts(
  job: Pick<FiringJob, 'retryPolicy' | 'dlqAfter'>,
  handlerMaxAttempts: number,
): number {
  return Math.min(
    job.retryPolicy?.maxAttempts ?? handlerMaxAttempts,
    job.dlqAfter ?? Number.POSITIVE_INFINITY,
  )
}
