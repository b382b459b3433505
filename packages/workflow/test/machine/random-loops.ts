import type { Random, WorkflowTaskType } from '@dureq/types'
import type { TaskScript } from './script.ts'

/** What of a task loops have to do with. */
interface Task {
  name: string
  dependsOn?: string[]
  type?: WorkflowTaskType
  conditionRoutes?: Record<number, string>
}

interface Made {
  readonly random: Random
  readonly script: Map<string, TaskScript>
  readonly tasks: readonly Task[]
}

/**
 * Gives some conditions a route back. Only such as make the outcome depend on no timing: everything in a round waits for
 * nothing outside but what was done before it began, and rounds lie in each other or apart.
 */
export function addLoops({ random, script, tasks }: Made): void {
  const rounds: ReadonlySet<string>[] = []
  for (const condition of tasks) {
    if (condition.type !== 'condition' || random() < 0.5) continue
    const back = [...ancestorsOf(tasks, condition.name), condition.name].filter((target) =>
      isClosed(tasks, target, roundOf(tasks, target, condition.name)),
    )
    const target = back[Math.floor(random() * back.length)]
    if (target === undefined) continue
    const round = roundOf(tasks, target, condition.name)
    if (!rounds.every((other) => areApart(round, other))) continue
    rounds.push(round)
    goBack(script, condition, { target, times: 1 + Math.floor(random() * 2) })
  }
}

function goBack(
  script: Map<string, TaskScript>,
  condition: Task,
  { target, times }: { readonly target: string; readonly times: number },
): void {
  const routes = condition.conditionRoutes ?? {}
  const route = Object.keys(routes).length
  condition.conditionRoutes = { ...routes, [route]: target }
  const forward = script.get(condition.name)
  const last = forward?.act === 'route' ? forward.routes : [0]
  script.set(condition.name, {
    act: 'route',
    routes: [...Array.from({ length: times }, () => route), ...last],
  })
}

function ancestorsOf(tasks: readonly Task[], name: string): ReadonlySet<string> {
  const found = new Set<string>()
  const add = (one: string): void => {
    for (const upstream of tasks.find((task) => task.name === one)?.dependsOn ?? []) {
      if (!found.has(upstream)) add(upstream)
      found.add(upstream)
    }
  }
  add(name)
  return found
}

function roundOf(tasks: readonly Task[], target: string, condition: string): ReadonlySet<string> {
  const round = new Set([target])
  // Tasks only depend on earlier ones.
  for (const { name, dependsOn = [] } of tasks) {
    if (dependsOn.some((one) => one !== condition && round.has(one))) round.add(name)
  }
  return round.add(condition)
}

function isClosed(tasks: readonly Task[], target: string, round: ReadonlySet<string>): boolean {
  const before = ancestorsOf(tasks, target)
  return tasks
    .filter(({ name }) => round.has(name))
    .every(({ dependsOn = [] }) => dependsOn.every((one) => round.has(one) || before.has(one)))
}

function areApart(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const common = [...a].filter((name) => b.has(name)).length
  return common === 0 || common === a.size || common === b.size
}
