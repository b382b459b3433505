import type { TaskPart } from '@dureq/dag'

/** What of a task stays whatever becomes of it: its dependencies, and for an added one what it is. */
export function lasting(part: TaskPart): TaskPart {
  const { open, live, iterations, dependants, task, generator, place } = part
  return {
    status: part.status,
    open,
    live,
    ...(iterations !== undefined && { iterations }),
    ...(dependants !== undefined && { dependants }),
    ...(task !== undefined && { task }),
    ...(generator !== undefined && { generator }),
    ...(place !== undefined && { place }),
  }
}

/** A task that has ended: without what only matters while it is ready or under way. Its status follows. */
export function ended(part: TaskPart, finishedAt: number): Omit<TaskPart, 'status'> {
  const { jobId, childId, startedAt, output } = part
  return {
    ...lasting(part),
    ...(jobId !== undefined && { jobId }),
    ...(childId !== undefined && { childId }),
    ...(startedAt !== undefined && { startedAt }),
    ...(output !== undefined && { output }),
    finishedAt,
  }
}
