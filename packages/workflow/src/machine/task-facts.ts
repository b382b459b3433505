import { type Mark, readyOrder, type TaskPart } from '@dureq/dag'
import type { WorkflowTask } from '@dureq/types'

/** A task with all that decides where it is counted and marked. */
export interface TaskFacts {
  readonly task: WorkflowTask
  readonly part: TaskPart
  /** In the definition; added tasks come after, in the order they were added. */
  readonly place: number
}

/** What a task that nothing has happened to is. */
export function untouched({ dependsOn = [] }: WorkflowTask): TaskPart {
  return { status: 'pending', open: dependsOn.length, live: 0 }
}

/** Whether what depends on a task knows whether to go on. One that failed for good, or was cancelled, is not settled. */
export function isSettled({ task, part }: Pick<TaskFacts, 'task' | 'part'>): boolean {
  if (part.status === 'completed') return part.looping !== true
  return part.status === 'failed' && task.allowFailure === true
}

/** What of `WorkflowState` is counted. */
export interface Tally {
  open: number
  ready: number
  active: number
  told?: number
  children?: number
  halted?: number
  waiting?: number
}

/** Counts a task `by` 1, or takes it off again by -1. */
export function tally(counts: Tally, facts: TaskFacts, by: 1 | -1): void {
  const { part } = facts
  if (!isSettled(facts)) counts.open += by
  if (part.ready) counts.ready += by
  if (part.status !== 'running') return
  counts.active += by
  if (part.told) counts.told = (counts.told ?? 0) + by
  if (facts.task.type === 'wait') counts.waiting = (counts.waiting ?? 0) + by
  if (!isChild(part)) return
  if (part.halted) counts.halted = (counts.halted ?? 0) + by
  else counts.children = (counts.children ?? 0) + by
}

/** The sets whose names are known; those of waits for a signal are named after it. */
const sets: readonly Mark[] = [
  'ready',
  'active',
  'told',
  'child',
  'halted',
  'waiting',
  'unmet',
  'redo',
  'added',
]

/** The sets a task is in, and its order there. */
export function marksOf(facts: TaskFacts): ReadonlyMap<Mark, number> {
  const marks = new Map<Mark, number>()
  const { task } = facts
  const signal = task.type === 'wait' && task.signal !== undefined ? ([`signal:${task.signal}`] as const) : []
  for (const set of [...sets, ...signal]) {
    const order = orderIn(facts, set)
    if (order !== undefined) marks.set(set, order)
  }
  return marks
}

/** The order of a task in a set; undefined when it is not in it. */
export function orderIn(facts: TaskFacts, set: Mark): number | undefined {
  const { task, part, place } = facts
  const running = part.status === 'running'
  switch (set) {
    case 'ready':
      return part.ready ? readyOrder(task, place) : undefined
    case 'active':
      return running && !part.told ? place : undefined
    case 'told':
      return running && part.told ? place : undefined
    case 'child':
      return isChild(part) && !part.halted ? place : undefined
    case 'halted':
      return isChild(part) && part.halted ? place : undefined
    case 'waiting':
      return running && task.type === 'wait' ? place : undefined
    case 'unmet':
      return part.status === 'failed' || part.status === 'cancelled' ? place : undefined
    case 'redo':
      return isDoneAgain(facts) ? place : undefined
    case 'added':
      return part.task === undefined ? undefined : place
    default:
      return running && task.type === 'wait' && set === `signal:${task.signal}`
        ? (part.startedAt ?? 0)
        : undefined
  }
}

/** Whether a retry carries it out again although it is done. */
function isDoneAgain(facts: TaskFacts): boolean {
  const { task, part } = facts
  if (part.status !== 'completed' || part.looping || part.leftOut) return false
  return task.resultReuse === 'never' || (task.resultReuse === 'on_success' && part.skipped !== undefined)
}

/** A child that is to be suspended and resumed with this workflow. */
function isChild(part: TaskPart): boolean {
  return part.status === 'running' && part.childId !== undefined && !part.told
}
