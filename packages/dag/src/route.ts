import type { JsonText, WorkflowTask } from '@dureq/types'

/** The branch a condition has chosen. */
export interface ChosenRoute {
  readonly route: number
  /** The task it leads to. */
  readonly target: string
}

/** Why what a handler returned is not what the workflow needs of it. */
export interface BadOutput {
  readonly error: string
}

/**
 * The route a `condition` chose by returning `{ route }`, a `ConditionResult`.
 *
 * @param output what its handler returned; undefined when that was nothing.
 */
export function readRoute(task: WorkflowTask, output: JsonText | undefined): ChosenRoute | BadOutput {
  const route = member(output, 'route')
  if (typeof route !== 'number' || !Number.isSafeInteger(route) || route < 0) {
    const found = output === undefined ? 'nothing' : excerpt(output)
    return {
      error: `condition ${quoted(task)} must return { route }, a whole number of 0 or more, not ${found}`,
    }
  }
  return chooseRoute(task, route)
}

/** Where a route of a condition, or of a `wait` with routes, leads. */
export function chooseRoute(task: WorkflowTask, route: number): ChosenRoute | BadOutput {
  const routes = 'conditionRoutes' in task ? task.conditionRoutes : undefined
  const target = routes && Object.hasOwn(routes, route) ? routes[route] : undefined
  if (target !== undefined) return { route, target }
  return { error: `condition ${quoted(task)} chose route ${route}, which it does not have` }
}

/**
 * The tasks a `subflow` asks for by returning `{ tasks }`, a `SubflowResult`, not yet looked at; see `checkAddedTasks`.
 *
 * @param output what its handler returned; undefined when that was nothing.
 */
export function readAddedTasks(
  task: WorkflowTask,
  output: JsonText | undefined,
): readonly unknown[] | BadOutput {
  const tasks = member(output, 'tasks')
  if (Array.isArray(tasks)) return tasks
  const found = output === undefined ? 'nothing' : excerpt(output)
  return { error: `subflow ${quoted(task)} must return { tasks }, a list, not ${found}` }
}

function member(output: JsonText | undefined, name: string): unknown {
  const value: unknown = output === undefined ? undefined : JSON.parse(output)
  const isObject = typeof value === 'object' && value !== null
  return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

function quoted({ name }: WorkflowTask): string {
  return JSON.stringify(name)
}

function excerpt(output: JsonText): string {
  return output.length > 100 ? `${output.slice(0, 100)}...` : output
}
