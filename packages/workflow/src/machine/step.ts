import { type HookPart, hookPartName, type Mark, type TaskPart, taskPartName } from '@dureq/dag'
import type { JsonText, PartWrite, TimerWrite } from '@dureq/types'
import { type Draft, storedTask } from './draft.ts'
import { holdTasks, isHeld } from './held.ts'
import type { Reduced, Step } from './reduce.ts'
import { marksOf } from './task-facts.ts'
import { factsOf, storedFacts } from './tasks.ts'

/** A draft that is complete, as a commit. */
export function stepOf(draft: Draft): Reduced {
  const tasks = [...draft.tasks.keys()].filter((name) => isHeld(draft, name) || hasChanged(draft, name))
  const held = holdTasks(draft, tasks)
  return {
    kind: 'done',
    parts: partsOf(draft, tasks),
    commit: withResult(draft, {
      status: draft.end?.status ?? draft.known.head.status,
      state: stateText(draft, held.tasks),
      parts: [...held.writes, ...taskWrites(draft, tasks), ...hookWrites(draft)],
      enqueue: draft.enqueue,
      cancel: draft.cancel,
      create: draft.create,
      send: draft.send,
      timers: timersOf(draft),
      acknowledge: [...draft.acknowledged],
      events: draft.events,
    }),
  }
}

function withResult({ end }: Draft, step: Step): Step {
  if (end === undefined) return step
  const { status: _, ...result } = end
  return { ...step, ...result }
}

/** Without counters that are 0 and lists that are empty, but for those that every state has. */
function stateText({ state }: Draft, tasks: string | undefined): JsonText {
  const { told, children, halted, waiting, loops = [] } = state
  // Members that are undefined are not written.
  return JSON.stringify({
    ...state,
    tasks,
    told: orNothing(told),
    children: orNothing(children),
    halted: orNothing(halted),
    waiting: orNothing(waiting),
    loops: loops.length > 0 ? loops : undefined,
  })
}

function orNothing(count: number | undefined): number | undefined {
  return count === 0 ? undefined : count
}

/**
 * Many are touched and left as they were, or added and taken away again. Lists are compared by what they are, not by what is
 * in them: to write one once more does no harm.
 */
function hasChanged(draft: Draft, name: string): boolean {
  const before = storedTask(draft, name) ?? null
  const after = draft.tasks.get(name) ?? null
  return before === null || after === null ? before !== after : !isSame(before, after)
}

function isSame(one: TaskPart, other: TaskPart): boolean {
  const names = Object.keys(one) as (keyof TaskPart)[]
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}

function partsOf(draft: Draft, tasks: readonly string[]): Map<string, TaskPart | HookPart | null> {
  const parts = new Map<string, TaskPart | HookPart | null>()
  for (const name of tasks) parts.set(draft.known.graph.partName(name), draft.tasks.get(name) ?? null)
  for (const [hook, part] of draft.hooks) parts.set(hookPartName(hook), part)
  return parts
}

function taskWrites(draft: Draft, tasks: readonly string[]): readonly PartWrite[] {
  return tasks.filter((name) => !isHeld(draft, name)).map((name) => taskWrite(draft, name))
}

function taskWrite(draft: Draft, task: string): PartWrite {
  const name = taskPartName(task)
  const part = draft.tasks.get(task) ?? null
  const marks = changedMarks(draft, task)
  return {
    name,
    ...(part !== null && { text: JSON.stringify(part) }),
    ...(Object.keys(marks).length > 0 && { marks }),
  }
}

function changedMarks(draft: Draft, task: string): Record<string, number | null> {
  const before = marksIn(storedFacts(draft, task))
  const after = marksIn(factsOf(draft, task))
  const marks: Record<string, number | null> = {}
  for (const [set, order] of after) if (before.get(set) !== order) marks[set] = order
  for (const set of before.keys()) if (!after.has(set)) marks[set] = null
  return marks
}

function marksIn(facts: ReturnType<typeof factsOf>): ReadonlyMap<Mark, number> {
  return facts === undefined ? new Map() : marksOf(facts)
}

function hookWrites({ hooks }: Draft): readonly PartWrite[] {
  return [...hooks].map(([hook, part]) => ({ name: hookPartName(hook), text: JSON.stringify(part) }))
}

/** A timer that is neither set nor stored need not be taken away, but costs nothing much if it is. */
function timersOf({ timers }: Draft): readonly TimerWrite[] {
  return [...timers].map(([name, dueAt]) => (dueAt === undefined ? { name } : { name, dueAt }))
}
