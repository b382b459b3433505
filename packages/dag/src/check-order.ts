import type { Faults, WorkflowTask } from '@dureq/types'
import { circlesOf, createAncestry, type Dependencies, orderOf } from './order.ts'
import type { Scope } from './raw-task.ts'
import { type Told, underTask } from './reading.ts'

/** Who is told of faults, and the workflow the tasks are of. */
interface ToldOf extends Told {
  readonly workflowName: string
}

type Tasks = readonly (WorkflowTask | undefined)[]

/** A route that leads to no task that depends on its condition, so it must lead back. */
interface RouteBack {
  readonly condition: number
  readonly key: string
  readonly target: number
}

/** The tasks that routes lead between. */
interface RoutesOf {
  readonly tasks: Tasks
  readonly dependencies: Dependencies
  readonly order: readonly number[]
  readonly scope: Scope
  readonly faults: Faults
}

/**
 * Adds a fault for every circle of dependencies, and for every route that leads neither to a task that depends directly
 * on its condition nor back to the condition or a task it depends on.
 *
 * @param tasks in their places; undefined for what could not be read.
 */
export function checkOrder(tasks: Tasks, scope: Scope, told: ToldOf): void {
  const dependencies = tasks.map((task) =>
    (task?.dependsOn ?? []).map((name) => scope.places.get(name) ?? -1).filter((place) => place >= 0),
  )
  const order = orderOf(dependencies)
  if (order.length < tasks.length) {
    for (const circle of circlesOf(dependencies, order)) reportCircle(circle, tasks, { scope, ...told })
  }
  const back = routesBack(tasks, dependencies, scope)
  if (back.length > 0) checkRoutesBack(back, { tasks, dependencies, order, scope, faults: told.faults })
}

function checkRoutesBack(
  back: readonly RouteBack[],
  { tasks, dependencies, order, scope, faults }: RoutesOf,
): void {
  const isAbove = createAncestry(
    dependencies,
    order,
    back.map(({ target }) => target),
  )
  const placed = new Set(order)
  for (const { condition, key, target } of back) {
    // In a circle everything is above everything: that fault has been told.
    if (condition === target || !placed.has(condition) || isAbove(condition, target)) continue
    const names = { from: tasks[condition]?.name, to: tasks[target]?.name }
    reportRoute(names, `${scope.field}[${condition}].conditionRoutes[${JSON.stringify(key)}]`, faults)
  }
}

function reportCircle(
  circle: readonly number[],
  tasks: Tasks,
  { scope, reading, faults, workflowName }: ToldOf & { readonly scope: Scope },
): void {
  const names = circle.map((place) => tasks[place]?.name ?? '')
  reading.circles.push({ workflowName, tasks: names })
  const way = [...names, names[0]].map((name) => JSON.stringify(name)).join(' -> ')
  const problem = `must not be part of a circle: ${way}; only routes may lead back`
  underTask(names[0], faults, (own) => own.add(`${scope.field}[${circle[0]}].dependsOn`, problem))
}

function reportRoute(
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
  field: string,
  faults: Faults,
): void {
  const problem = `${JSON.stringify(to)} must depend directly on this task, or be this task or one it depends on`
  underTask(from, faults, (own) => own.add(field, problem))
}

function routesBack(tasks: Tasks, dependencies: Dependencies, { places }: Scope): readonly RouteBack[] {
  return tasks.flatMap((task, condition) => {
    const routes = task && 'conditionRoutes' in task ? (task.conditionRoutes ?? {}) : {}
    return Object.entries(routes)
      .map(([key, name]) => ({ condition, key, target: places.get(name) ?? -1 }))
      .filter(({ target }) => target >= 0 && !dependencies[target]?.includes(condition))
  })
}
