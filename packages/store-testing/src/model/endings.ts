import type { EndedFiring, JobRecord, JobResult, JsonText, RunRecord } from '@dureq/types'
import { type ModelJob, move, type World } from './world.ts'

/** Ends a job; the step that does so must then let `retainNothing` look. */
export function end(
  world: World,
  job: ModelJob,
  result: JobResult<JsonText>,
  changes: Partial<JobRecord> = {},
): void {
  move(world, job, result.status, { ...changes, result })
  job.lease = undefined
  world.keyHolders = world.keyHolders.filter((holder) => holder.id !== job.record.id)
}

/** What hooks are told of a job that has just ended. */
export function toldOfEnd({ record }: ModelJob, run: RunRecord | undefined): EndedFiring {
  const { id, taskType, attempt, result } = record
  if (result === undefined) throw new Error(`${id} has not ended`)
  return {
    firingId: id,
    jobId: id,
    taskType,
    status: result.status,
    attempt,
    ...(run === undefined ? {} : { runId: run.id }),
    ...(result.error === undefined ? {} : { error: result.error }),
  }
}

/** Takes every trace of a job away. */
export function remove(world: World, { record }: ModelJob): void {
  world.jobs = world.jobs.filter((job) => job.record.id !== record.id)
  world.removed.add(record.id)
  world.keyHolders = world.keyHolders.filter((holder) => holder.id !== record.id)
  world.requests = world.requests.filter((request) => request.id !== record.id)
}

/** When retention removes a job; never while it has not ended. */
export function removeAt(world: World, { record }: ModelJob): number {
  const { result, retainMs, updatedAt } = record
  return result === undefined ? Infinity : updatedAt + (retainMs ?? world.retention[`${result.status}Ms`])
}

/** Removes the ended jobs whose time is over. */
export function retain(world: World): void {
  for (const job of world.jobs) if (removeAt(world, job) <= world.now) remove(world, job)
}

/** Removes the jobs that are not kept at all; the step that ends a job does this. */
export function retainNothing(world: World): void {
  for (const job of world.jobs) if (removeAt(world, job) === job.record.updatedAt) remove(world, job)
}
