import type { TaskPart } from '@dureq/dag'

type Writable<Part> = { -readonly [Name in keyof Part]: Part[Name] }

/** What of a task stays whatever becomes of it: its dependencies, and for an added one what it is. */
export function lasting(part: TaskPart): Writable<TaskPart> {
  const { status, open, live } = part
  const rest: Writable<TaskPart> = { status, open, live }
  for (const name of lastingNames) copyIfGiven(part, rest, name)
  return rest
}

/** A task that has ended: without what only matters while it is ready or under way. Its status follows. */
export function ended(part: TaskPart, finishedAt: number): Writable<TaskPart> {
  const rest = lasting(part)
  for (const name of endedNames) copyIfGiven(part, rest, name)
  rest.finishedAt = finishedAt
  return rest
}

const lastingNames = ['iterations', 'dependants', 'task', 'generator', 'place'] as const
const endedNames = ['jobId', 'childId', 'startedAt', 'output'] as const

type Optional = (typeof lastingNames)[number] | (typeof endedNames)[number]

// Not spread: that takes several times as long, and this is done for every task.
function copyIfGiven<Name extends Optional>(from: TaskPart, to: Writable<TaskPart>, name: Name): void {
  const value = from[name]
  if (value !== undefined) to[name] = value
}
