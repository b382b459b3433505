import type { TaskPart } from '@dureq/dag'
import type { WorkflowTask } from '@dureq/types'
import { dependantsOf, generatedBelow, recount } from './dependencies.ts'
import type { Draft } from './draft.ts'
import { lasting } from './parts.ts'
import { decideTask } from './settle-task.ts'
import { dropTask, factsOf, setTask, taskFacts, wantTasks } from './tasks.ts'

/**
 * Makes tasks pending again, as if they had not been carried out: what subflows among them have added is taken away, and
 * what waits for them waits again.
 *
 * @param chosen runs whatever it depends on: a route leads to it.
 */
export function resetTasks(draft: Draft, names: ReadonlySet<string>, chosen?: string): void {
  wantTasks(draft, names)
  const dropped = addedBy(draft, names)
  const kept = [...names].filter((name) => !dropped.has(name))
  const waiting = pendingAfter(draft, [...kept, ...dropped]).filter((name) => !dropped.has(name))
  for (const name of dropped) handOver(draft, name, dropped)
  for (const name of dropped) detach(draft, name)
  for (const name of kept)
    setTask(draft, name, { ...lasting(taskFacts(draft, name).part), status: 'pending' })
  const { loops = [] } = draft.state
  draft.state.loops = loops.filter((name) => !names.has(name) && !dropped.has(name))
  const again = new Set([...kept, ...waiting])
  for (const name of again) holdAgain(draft, name)
  if (chosen !== undefined) enliven(draft, chosen)
  for (const name of again) decideTask(draft, name)
}

function addedBy(draft: Draft, names: Iterable<string>): ReadonlySet<string> {
  const dropped = new Set<string>()
  for (const name of names) for (const added of generatedBelow(draft, name)) dropped.add(added)
  wantTasks(draft, dropped)
  return dropped
}

/** Tasks after these that have not begun: what they wait for changes. */
function pendingAfter(draft: Draft, names: readonly string[]): readonly string[] {
  const after = new Set<string>()
  for (const name of names) for (const dependant of dependantsOf(draft, name)) after.add(dependant)
  wantTasks(draft, after)
  return [...after].filter((name) => taskFacts(draft, name).part.status === 'pending')
}

function holdAgain(draft: Draft, name: string): void {
  const { ready: _, ...part } = taskFacts(draft, name).part
  setTask(draft, name, { ...part, ...recount(draft, name) })
}

function enliven(draft: Draft, name: string): void {
  const { part } = taskFacts(draft, name)
  if (part.live === 0) setTask(draft, name, { ...part, live: 1 })
}

/** Whatever waits for a task that is taken away waits for the subflow it came from instead, and so for all that one adds. */
function handOver(draft: Draft, name: string, dropped: ReadonlySet<string>): void {
  const { part } = taskFacts(draft, name)
  const heir = survivor(draft, part, dropped)
  for (const dependant of part.dependants ?? []) {
    const facts = factsOf(draft, dependant)
    if (facts?.part.task === undefined || dropped.has(dependant)) continue
    const task = waitingFor(facts.part.task, name, heir)
    setTask(draft, dependant, { ...facts.part, task })
    addDependant(draft, heir, dependant)
  }
}

/** No task that stays names one that is taken away. */
function detach(draft: Draft, name: string): void {
  for (const upstream of taskFacts(draft, name).task.dependsOn ?? []) {
    const facts = factsOf(draft, upstream)
    if (facts?.part.dependants === undefined) continue
    const dependants = facts.part.dependants.filter((dependant) => dependant !== name)
    setTask(draft, upstream, { ...facts.part, dependants })
  }
  dropTask(draft, name)
}

function survivor(draft: Draft, part: TaskPart, dropped: ReadonlySet<string>): string {
  let name = part.generator as string
  while (dropped.has(name)) name = taskFacts(draft, name).part.generator as string
  return name
}

function waitingFor(task: WorkflowTask, before: string, after: string): WorkflowTask {
  const dependsOn = (task.dependsOn ?? []).map((name) => (name === before ? after : name))
  return { ...task, dependsOn: [...new Set(dependsOn)] }
}

function addDependant(draft: Draft, name: string, dependant: string): void {
  const { part } = taskFacts(draft, name)
  const dependants = new Set(part.dependants ?? []).add(dependant)
  setTask(draft, name, { ...part, dependants: [...dependants] })
}
