import { checkAddedTasks, readAddedTasks } from '@dureq/dag'
import type { JsonText, WorkflowTask } from '@dureq/types'
import { dependenciesOf, outerDependantsOf, recount } from './dependencies.ts'
import { type Draft, demand } from './draft.ts'
import { failTaskByName } from './fail-task.ts'
import { countIn } from './marked.ts'
import { settleCompleted } from './settle-completed.ts'
import { factsOf, setTask, taskFacts, wantTasks } from './tasks.ts'

/** A subflow has run: the tasks it returned join the workflow behind it, or it fails with all that is wrong with them. */
export function addTasks(draft: Draft, generator: string, output: JsonText | undefined): void {
  const { task } = taskFacts(draft, generator)
  const returned = readAddedTasks(task, output)
  if ('error' in returned) return failTaskByName(draft, generator, returned.error)
  const checked = check(draft, generator, returned)
  if ('error' in checked) return failTaskByName(draft, generator, checked.error)
  const names = checked.tasks.map(({ name }) => name)
  // What waits for the subflow waits for all of these, too, before it learns that the subflow itself is done.
  holdBack(draft, outerDependantsOf(draft, generator), names.length)
  for (const added of checked.tasks) addTask(draft, generator, added)
  nameDependants(draft, generator, checked.tasks)
  for (const name of names) countDependencies(draft, name)
  settleCompleted(draft, generator, { generated: names })
}

function check(
  draft: Draft,
  generator: string,
  returned: readonly unknown[],
): ReturnType<typeof checkAddedTasks> {
  const named = namesIn(returned)
  wantTasks(draft, named)
  demand(draft)
  const upstream = new Map<string, ReadonlySet<string>>()
  for (const name of named)
    if (factsOf(draft, name) !== undefined) upstream.set(name, everythingBefore(draft, name))
  const size = draft.known.graph.size + countIn(draft, 'added')
  demand(draft)
  return checkAddedTasks(returned, {
    generator,
    exists: (name) => factsOf(draft, name) !== undefined,
    dependsOn: (name, before) => upstream.get(name)?.has(before) === true,
    size,
    depth: draft.state.depth,
  })
}

/** Names of tasks and of what they depend on, as far as they are any: nothing is checked yet. */
function namesIn(returned: readonly unknown[]): ReadonlySet<string> {
  const names = new Set<string>()
  const add = (value: unknown): void => {
    if (typeof value === 'string') names.add(value)
  }
  for (const value of returned) {
    if (typeof value !== 'object' || value === null) continue
    if ('name' in value) add(value.name)
    if ('dependsOn' in value && Array.isArray(value.dependsOn)) value.dependsOn.forEach(add)
  }
  return names
}

function everythingBefore(draft: Draft, name: string): ReadonlySet<string> {
  const before = new Set<string>()
  const next = [name]
  for (let task = next.pop(); task !== undefined; task = next.pop()) {
    for (const upstream of dependenciesOf(draft, task)) {
      if (!before.has(upstream)) next.push(upstream)
      before.add(upstream)
    }
  }
  return before
}

function holdBack(draft: Draft, names: readonly string[], more: number): void {
  wantTasks(draft, names)
  for (const name of names) {
    const { part } = taskFacts(draft, name)
    if (part.status === 'pending') setTask(draft, name, { ...part, open: part.open + more })
  }
}

function addTask(draft: Draft, generator: string, task: WorkflowTask): void {
  const place = draft.state.added++
  setTask(draft, task.name, { status: 'pending', open: 1, live: 0, task, generator, place })
}

/** Tells each task that added ones depend on that they do; the subflow has a list of what it added. */
function nameDependants(draft: Draft, generator: string, tasks: readonly WorkflowTask[]): void {
  const dependants = new Map<string, string[]>()
  for (const { name, dependsOn = [] } of tasks) {
    for (const upstream of dependsOn) {
      if (upstream === generator) continue
      const names = dependants.get(upstream) ?? []
      names.push(name)
      dependants.set(upstream, names)
    }
  }
  for (const [upstream, names] of dependants) {
    const { part } = taskFacts(draft, upstream)
    setTask(draft, upstream, { ...part, dependants: [...(part.dependants ?? []), ...names] })
  }
}

/** Some of what it depends on may be settled already; the subflow is not yet, so nothing begins here. */
function countDependencies(draft: Draft, name: string): void {
  setTask(draft, name, { ...taskFacts(draft, name).part, ...recount(draft, name) })
}
