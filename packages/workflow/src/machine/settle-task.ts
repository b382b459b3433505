import type { TaskPart } from '@dureq/dag'
import { dependantsOf, isLive } from './dependencies.ts'
import type { Draft } from './draft.ts'
import { lasting, waitingFor } from './parts.ts'
import type { TaskFacts } from './task-facts.ts'
import { setTask, taskFacts, wantTasks } from './tasks.ts'

/** Why a task was left out. */
const BRANCH_NOT_SELECTED = 'branch not selected'

/** Gives a task the state it settles with, and tells what depends on it. */
export function settleTask(draft: Draft, name: string, part: TaskPart): void {
  setTask(draft, name, part)
  spread(draft, name)
}

/** Makes a task that waits for nothing any more ready, or leaves it out with all that only it leads to. */
export function decideTask(draft: Draft, name: string): void {
  if (isLeftOut(draft, name)) spread(draft, name)
}

/** No recursion: a branch of thousands of tasks may be left out at once. */
function spread(draft: Draft, name: string): void {
  const settled = [name]
  for (let next = settled.pop(); next !== undefined; next = settled.pop()) {
    settled.push(...tellDependants(draft, next))
  }
}

/** Answers which of the dependants are settled by it, since they are left out. */
function tellDependants(draft: Draft, name: string): readonly string[] {
  const upstream = taskFacts(draft, name)
  const dependants = dependantsOf(draft, name)
  wantTasks(draft, dependants)
  return dependants.filter((dependant) => isSettledBy(draft, upstream, dependant))
}

function isSettledBy(draft: Draft, upstream: TaskFacts, name: string): boolean {
  const { part } = taskFacts(draft, name)
  // One that is done, as before a retry that does only the upstream again, stays as it is.
  if (part.status !== 'pending' || part.open === 0) return false
  const live = isLive(upstream, name) ? 1 : 0
  setTask(draft, name, waitingFor(part, part.open - 1, part.live + live))
  return isLeftOut(draft, name)
}

function isLeftOut(draft: Draft, name: string): boolean {
  const { task, part } = taskFacts(draft, name)
  if (part.status !== 'pending' || part.open > 0) return false
  if (part.live > 0 || (task.dependsOn ?? []).length === 0) {
    const ready = lasting(part)
    ready.ready = true
    setTask(draft, name, ready)
    return false
  }
  const left = { skipped: BRANCH_NOT_SELECTED, leftOut: true, finishedAt: draft.tools.now } as const
  setTask(draft, name, { ...part, ...left, status: 'completed' })
  return true
}
