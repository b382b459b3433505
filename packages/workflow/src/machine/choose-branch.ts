import { chooseRoute, readRoute } from '@dureq/dag'
import { defaultMaxIterations, type JsonText, type WorkflowTask } from '@dureq/types'
import type { Draft } from './draft.ts'
import { failTaskByName } from './fail-task.ts'
import { ended } from './parts.ts'
import { settleCompleted } from './settle-completed.ts'
import { setTask, taskFacts } from './tasks.ts'
import { tellTask } from './tell.ts'

/** A condition has been evaluated: it takes the route it returned, unless it has none or has chosen too often. */
export function chooseBranch(draft: Draft, name: string, output: JsonText | undefined): void {
  const { task, part } = taskFacts(draft, name)
  const chosen = readRoute(task, output)
  if ('error' in chosen) return failTaskByName(draft, name, chosen.error)
  const iterations = (part.iterations ?? 0) + 1
  const most = maxIterations(task)
  if (iterations > most) {
    const error = `condition ${JSON.stringify(name)} exceeded max iterations (${most})`
    return failTaskByName(draft, name, error)
  }
  takeRoute(draft, name, { route: chosen.route, iterations })
}

/** What a task that chooses has come to. */
export interface Choice {
  readonly route: number
  /** Evaluations of it so far; waits do not count them. */
  readonly iterations?: number
  /** Of a wait: the payload of its signal. */
  readonly output?: JsonText
}

/**
 * Goes the way of a route: forward, to a task that depends on this one, or back to it or one before it, which waits for its
 * round to end. A route that leads nowhere (of a wait) only leaves the others out.
 */
export function takeRoute(draft: Draft, name: string, choice: Choice): void {
  const { task, part } = taskFacts(draft, name)
  const chosen = chooseRoute(task, choice.route)
  if ('error' in chosen || leadsForward(draft, name, chosen.target)) {
    return settleCompleted(draft, name, choice)
  }
  tellTask(draft, name, 'workflow.task.completed')
  setTask(draft, name, { ...ended(part, draft.tools.now), ...choice, status: 'completed', looping: true })
  draft.state.loops = [...(draft.state.loops ?? []), name]
}

function leadsForward(draft: Draft, name: string, target: string): boolean {
  return target !== name && (taskFacts(draft, target).task.dependsOn ?? []).includes(name)
}

function maxIterations(task: WorkflowTask): number {
  const stated = task.type === 'condition' ? task.maxIterations : undefined
  return stated === undefined || stated === 0 ? defaultMaxIterations : stated
}
