import { isApart, joinTaskLines, readHeldTasks, splitTaskLines, type TaskPart, taskLine } from '@dureq/dag'
import type { PartWrite } from '@dureq/types'
import type { Draft } from './draft.ts'
import type { Known } from './known.ts'

/** Whether the head holds the state of this task: of those of the definition, when they are few. */
export function isHeld({ known, state }: Pick<Draft, 'known' | 'state'>, name: string): boolean {
  return state.tasks !== undefined && known.graph.task(name) !== undefined
}

/** Names of the tasks whose states the head holds. */
export function heldTasks({ known, state }: Pick<Draft, 'known' | 'state'>): readonly string[] {
  return state.tasks === undefined ? [] : known.graph.names
}

/** Notes the states that a head holds among the parts that are known; those that stand apart are not. */
export function noteHeld(
  { head, graph, state }: Pick<Known, 'head' | 'graph' | 'state'>,
  parts: { set(name: string, part: TaskPart | null): void },
): void {
  if (state.tasks === undefined) return
  for (const [i, held] of readHeldTasks(state.tasks, graph.size, head).entries())
    if (held !== 'apart') parts.set(graph.partName(graph.names[i] as string), held)
}

/** What the head holds once these tasks have changed, and the parts of those that stand apart or did so until now. */
export function holdTasks(
  { known, state, tasks }: Draft,
  changed: readonly string[],
): { readonly tasks?: string; readonly writes: readonly PartWrite[] } {
  if (state.tasks === undefined) return { writes: [] }
  const lines = splitTaskLines(state.tasks, known.graph.size)
  const writes: PartWrite[] = []
  for (const task of changed) {
    const place = known.graph.index(task)
    if (place === -1) continue
    const part = tasks.get(task) ?? null
    const line = taskLine(part)
    const name = known.graph.partName(task)
    if (isApart(line)) writes.push({ name, text: JSON.stringify(part) })
    else if (isApart(lines[place])) writes.push({ name })
    lines[place] = line
  }
  return { tasks: joinTaskLines(lines), writes }
}
