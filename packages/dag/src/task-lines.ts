import { type InstanceHead, partitionOf, withPartition } from '@dureq/types'
import type { TaskPart } from './state.ts'

/** A workflow of at most so many tasks keeps the states of all of them in its head: written together they cost next to nothing. */
export const MOST_TOGETHER = 32

/** What the head holds of a task: null when nothing has happened to it, `apart` when its state stands in a part of its own. */
export type HeldTask = TaskPart | null | 'apart'

const APART = '@'

/** How a line begins: what a task is. */
const LETTERS = { pending: 'p', running: 'r', completed: 'c', failed: 'f', cancelled: 'k' } as const
const READY = 'P'

const STATUSES: Readonly<Record<string, TaskPart['status']>> = Object.fromEntries(
  Object.entries(LETTERS).map(([status, letter]) => [letter, status as TaskPart['status']]),
)

/** Beside the status, what a line can say. */
const SAID: ReadonlySet<string> = new Set([
  'status',
  'open',
  'live',
  'ready',
  'jobId',
  'startedAt',
  'finishedAt',
] satisfies (keyof TaskPart)[])

/** Lines of the tasks of a definition, in its order: empty ones for those nothing has happened to. */
export function splitTaskLines(text: string, size: number): string[] {
  const lines = text.split(',')
  while (lines.length < size) lines.push('')
  return lines
}

/** The text `WorkflowState.tasks` is. */
export function joinTaskLines(lines: readonly string[]): string {
  return lines.join(',')
}

/**
 * The line of a task: letter, open and live dependencies, job, when it started and finished. One with a job that does not say when
 * it started did so with its workflow (`beginWorkflow`), and the job is named as it was minted. A state that has more to say, as
 * that of a wait or of a task that failed, stands apart.
 */
export function taskLine(part: TaskPart | null): string {
  if (part === null) return ''
  for (const name in part) if (!SAID.has(name)) return APART
  const { status, open, live, ready, jobId = '', startedAt = '', finishedAt = '' } = part
  return `${ready ? READY : LETTERS[status]} ${open} ${live} ${jobId} ${startedAt} ${finishedAt}`
}

/** The line of a task that began with its workflow. */
export function begunLine(jobId: string): string {
  return `${LETTERS.running} 0 0 ${jobId}  `
}

/** Whether the line of a task says that its state stands apart. */
export function isApart(line: string | undefined): boolean {
  return line === APART
}

/** The workflow whose head holds lines. */
export type HeadOfLines = Pick<InstanceHead, 'id' | 'createdAt'>

/** What the head of a workflow holds of each of the `size` tasks of its definition, in that order. */
export function readHeldTasks(text: string, size: number, head: HeadOfLines): readonly HeldTask[] {
  return splitTaskLines(text, size).map((line) => readLine(line, head))
}

function readLine(line: string, head: HeadOfLines): HeldTask {
  if (line === '') return null
  if (line === APART) return 'apart'
  const [letter = '', open, live, jobId, startedAt, finishedAt] = line.split(' ')
  return {
    status: letter === READY ? 'pending' : (STATUSES[letter] as TaskPart['status']),
    open: Number(open),
    live: Number(live),
    ...(letter === READY && { ready: true }),
    ...(jobId && (startedAt ? { jobId } : begunWith(head, jobId))),
    ...(startedAt && { startedAt: Number(startedAt) }),
    ...(finishedAt && { finishedAt: Number(finishedAt) }),
  }
}

/** The store has put the home partition of both into their ids. */
function begunWith({ id, createdAt }: HeadOfLines, jobId: string): Pick<TaskPart, 'jobId' | 'startedAt'> {
  return { jobId: withPartition(jobId, partitionOf(id)), startedAt: createdAt }
}
