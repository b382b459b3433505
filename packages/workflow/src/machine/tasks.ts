import { type TaskPart, taskPartName } from '@dureq/dag'
import type { WorkflowTask } from '@dureq/types'
import { type Draft, MissingSignal, storedTask } from './draft.ts'
import { assertTaskMove } from './moves.ts'
import { type TaskFacts, tally, untouched } from './task-facts.ts'

/**
 * A task as it is now; undefined when there is none of this name (any more). One that is not loaded is noted as missing and,
 * when the definition has it, taken for untouched: the reduction is repeated anyway, and meanwhile finds out what else is.
 */
export function factsOf(draft: Draft, name: string): TaskFacts | undefined {
  const known = draft.facts.get(name)
  if (known !== undefined) return known
  const task = draft.known.graph.task(name)
  const part = partOf(draft, name)
  if (part === undefined) {
    draft.missing.parts.add(taskPartName(name))
    if (task === undefined) throw new MissingSignal()
  }
  const facts = assemble(draft, name, part ?? null)
  if (facts !== undefined && part !== undefined) draft.facts.set(name, facts)
  return facts
}

/** `factsOf` one that certainly exists. */
export function taskFacts(draft: Draft, name: string): TaskFacts {
  const facts = factsOf(draft, name)
  if (facts === undefined) throw new Error(`there is no task "${name}"`)
  return facts
}

/** Notes what will be read, so that it is loaded together. */
export function wantTasks(draft: Draft, names: Iterable<string>): void {
  for (const name of names) {
    if (!draft.facts.has(name) && partOf(draft, name) === undefined)
      draft.missing.parts.add(taskPartName(name))
  }
}

/**
 * Gives a task another state, and counts it.
 *
 * @throws IllegalMoveError when the table of moves does not have it.
 */
export function setTask(draft: Draft, name: string, part: TaskPart): void {
  const before = factsOf(draft, name)
  const after = assemble(draft, name, part)
  if (after === undefined) throw new Error(`there is no task "${name}"`)
  if (before !== undefined) assertTaskMove(before.part.status, part.status)
  draft.tasks.set(name, part)
  draft.facts.set(name, after)
  count(draft, before, after)
}

/** Takes an added task away. */
export function dropTask(draft: Draft, name: string): void {
  count(draft, factsOf(draft, name), undefined)
  draft.tasks.set(name, null)
  draft.facts.delete(name)
}

/** The task as the store has it; undefined when it has none, or nothing has happened to it. */
export function storedFacts(draft: Draft, name: string): TaskFacts | undefined {
  const part = storedTask(draft, name)
  return part ? assemble(draft, name, part) : undefined
}

function partOf(draft: Draft, name: string): TaskPart | null | undefined {
  const changed = draft.tasks.get(name)
  return changed === undefined ? storedTask(draft, name) : changed
}

function assemble({ known }: Draft, name: string, part: TaskPart | null): TaskFacts | undefined {
  const { graph } = known
  const task: WorkflowTask | undefined = graph.task(name) ?? part?.task
  if (task === undefined) return undefined
  const place = part?.place === undefined ? graph.index(name) : graph.size + part.place
  return { task, part: part ?? untouched(task), place }
}

function count({ state }: Draft, before: TaskFacts | undefined, after: TaskFacts | undefined): void {
  if (before !== undefined) tally(state, before, -1)
  if (after !== undefined) tally(state, after, 1)
}
