import type { Draft } from './draft.ts'
import { isSettled, type TaskFacts } from './task-facts.ts'
import { factsOf, taskFacts } from './tasks.ts'

/**
 * The tasks that wait for this one: those that name it, those it has added, and, when a subflow has added it, all that wait
 * for that one from outside. Each once.
 */
export function dependantsOf(draft: Draft, name: string): readonly string[] {
  const { dependants, generated, generator } = taskFacts(draft, name).part
  const own = draft.known.graph.dependants(name)
  if (dependants === undefined && generated === undefined && generator === undefined) return own
  const outer = generator === undefined ? [] : outerDependantsOf(draft, generator)
  return [...new Set([...own, ...(dependants ?? []), ...(generated ?? []), ...outer])]
}

/** The tasks that wait for a subflow and for everything it adds. */
export function outerDependantsOf(draft: Draft, generator: string): readonly string[] {
  const { part } = taskFacts(draft, generator)
  // Not by way of `dependantsOf`: that would look at everything it has added whenever one of these is done.
  const own = (part.dependants ?? []).filter((name) => !isAddedBelow(draft, name, generator))
  const outer = part.generator === undefined ? [] : outerDependantsOf(draft, part.generator)
  return [...draft.known.graph.dependants(generator), ...own, ...outer]
}

/** The tasks this one waits for: the reverse of `dependantsOf`. Names of tasks that have been taken away are left out. */
export function dependenciesOf(draft: Draft, name: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const upstream of taskFacts(draft, name).task.dependsOn ?? []) {
    if (factsOf(draft, upstream) === undefined) continue
    names.add(upstream)
    if (!isAddedBelow(draft, name, upstream)) addGenerated(draft, upstream, names)
  }
  return names
}

/** All tasks a subflow has added, also by subflows among them. */
export function generatedBelow(draft: Draft, generator: string): ReadonlySet<string> {
  const names = new Set<string>()
  addGenerated(draft, generator, names)
  return names
}

/** Whether a task was added by this subflow, or by one it has added. */
function isAddedBelow(draft: Draft, name: string, generator: string): boolean {
  let above = addedBy(draft, name)
  while (above !== undefined && above !== generator) above = addedBy(draft, above)
  return above === generator
}

/** Whether what depends on a settled task may go on because of it. */
export function isLive({ task, part }: TaskFacts, dependant: string): boolean {
  if (part.leftOut) return false
  const routes = 'conditionRoutes' in task ? task.conditionRoutes : undefined
  if (routes === undefined || !Object.values(routes).includes(dependant)) return true
  return part.route !== undefined && routes[part.route] === dependant
}

/** What of a task's dependencies is settled. */
export function recount(draft: Draft, name: string): { readonly open: number; readonly live: number } {
  let open = 0
  let live = 0
  for (const upstream of dependenciesOf(draft, name)) {
    const facts = taskFacts(draft, upstream)
    if (!isSettled(facts)) open++
    else if (isLive(facts, name)) live++
  }
  return { open, live }
}

function addedBy(draft: Draft, name: string): string | undefined {
  return draft.known.graph.task(name) === undefined ? factsOf(draft, name)?.part.generator : undefined
}

function addGenerated(draft: Draft, generator: string, names: Set<string>): void {
  const facts = taskFacts(draft, generator)
  if (facts.task.type !== 'subflow') return
  for (const name of facts.part.generated ?? []) {
    names.add(name)
    addGenerated(draft, name, names)
  }
}
