import type { TaskPart } from '@dureq/dag'

type Writable<Part> = { -readonly [Name in keyof Part]: Part[Name] }

/** What of a task stays whatever becomes of it: its dependencies, and for an added one what it is. */
export function lasting(part: TaskPart): Writable<TaskPart> {
  const { status, open, live, iterations, dependants, task, generator, place } = part
  const rest: Writable<TaskPart> = { status, open, live }
  // Not spread, nor name by name: that takes several times as long, and this is done for every task.
  if (iterations !== undefined) rest.iterations = iterations
  if (dependants !== undefined) rest.dependants = dependants
  if (task !== undefined) rest.task = task
  if (generator !== undefined) rest.generator = generator
  if (place !== undefined) rest.place = place
  return rest
}

/** A task that has ended: without what only matters while it is ready or under way. Its status follows. */
export function ended(part: TaskPart, finishedAt: number): Writable<TaskPart> {
  const { jobId, childId, startedAt, output } = part
  const rest = lasting(part)
  if (jobId !== undefined) rest.jobId = jobId
  if (childId !== undefined) rest.childId = childId
  if (startedAt !== undefined) rest.startedAt = startedAt
  if (output !== undefined) rest.output = output
  rest.finishedAt = finishedAt
  return rest
}

/** A pending task with so many dependencies open, and so many of the settled ones live. */
export function waitingFor(part: TaskPart, open: number, live: number): Writable<TaskPart> {
  const rest = lasting(part)
  rest.open = open
  rest.live = live
  return rest
}
