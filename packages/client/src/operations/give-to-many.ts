import { type DureqError, Faults, type JobCommand, JobNotFoundError } from '@dureq/types'
import { MAX_ITEMS } from '../core.ts'
import { findableId, type JobRef } from '../job-ref.ts'
import type { Orders } from '../orders.ts'
import type { OrderReport, RefusedOrder } from './order-report.ts'

/** Makes the order to one job. */
export type MakeCommand = (id: string) => JobCommand

/** Gives the same order to many jobs, in one step each, and says what became of it. */
export async function giveToMany(
  orders: Orders,
  jobs: readonly JobRef[],
  make: MakeCommand,
): Promise<OrderReport> {
  const errors = await Promise.all(jobs.map((job) => giveToOne(orders, job, make)))
  const refused = errors.flatMap((error, i): RefusedOrder[] =>
    error === undefined ? [] : [{ jobId: nameOf(jobs[i] as JobRef), error }],
  )
  return { done: jobs.length - refused.length, refused }
}

async function giveToOne(orders: Orders, job: JobRef, make: MakeCommand): Promise<DureqError | undefined> {
  const id = findableId(job)
  return id === undefined ? new JobNotFoundError(nameOf(job)) : await orders.tryTo(make(id))
}

function nameOf(job: JobRef): string {
  return typeof job === 'string' ? job : job.id
}

/** @throws ValidationError unless it is a list of at most 1,000. */
export function checkJobList(jobs: unknown): void {
  const faults = new Faults()
  if (!Array.isArray(jobs)) faults.add('jobs', 'must be a list')
  else if (jobs.length > MAX_ITEMS) faults.add('jobs', `must not be more than ${MAX_ITEMS}`, MAX_ITEMS)
  faults.throwIfAny()
}
