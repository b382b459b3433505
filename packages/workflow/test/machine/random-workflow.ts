import type {
  JsonText,
  Precondition,
  Random,
  RetryPolicy,
  WorkflowDefinition,
  WorkflowTask,
} from '@dureq/types'
import { addLoops } from './random-loops.ts'
import type { ScriptedWorkflow, TaskScript } from './script.ts'

/** What kind of random workflows. */
export interface RandomOptions {
  /** `none`: nothing fails but tasks that may. `fatal`: tasks may fail the workflow. `retried`: they do, and succeed in a later attempt. */
  readonly failures: 'none' | 'fatal' | 'retried'
  /** Most tasks of the definition, and half as many of a child. Default: 9. */
  readonly size?: number
  /** Whether tasks may be workflows; not with `retried`. Default: true. */
  readonly children?: boolean
}

/** Task types of jobs of random workflows. */
export const RANDOM_TASK = 'random'

/** A task as it is made up; routes follow when all are there. */
interface Draft {
  name: string
  dependsOn?: string[]
  type?: NonNullable<WorkflowTask['type']>
  conditionRoutes?: Record<number, string>
  taskType?: string
  priority?: number
  allowFailure?: boolean
  preconditions?: readonly Precondition[]
  resultFrom?: string
  signal?: string
  timeout?: number
  childWorkflowDef?: WorkflowDefinition
}

/**
 * A workflow with branches, loops, subflows, children, waits, preconditions, skips and failures, and what its tasks do. What it
 * comes to depends on no timing (but for what a failure cancels), so `interpret` can say it.
 */
export function randomWorkflow(random: Random, options: RandomOptions): ScriptedWorkflow {
  const script = new Map<string, TaskScript>()
  const definition = makeDefinition({ random, script, options, prefix: 't', depth: 0 })
  return { definition, script }
}

interface Making {
  readonly random: Random
  readonly script: Map<string, TaskScript>
  readonly options: RandomOptions
  /** Of the names of all tasks. */
  readonly prefix: string
  readonly depth: number
  /** A definition has either loops, or subflows whose tasks wait for others: together the outcome depends on timing. */
  readonly loops: boolean
  /** Names of its subflows. */
  readonly subflows: string[]
}

function makeDefinition(from: Omit<Making, 'loops' | 'subflows'>): WorkflowDefinition {
  const making = { ...from, loops: chance(from.random, 0.6), subflows: [] }
  const { random, script, options, prefix, depth } = making
  const size = 1 + below(random, Math.ceil((options.size ?? 9) / (depth + 1)))
  const tasks: Draft[] = []
  for (let i = 0; i < size; i++) tasks.push(makeTask(making, `${prefix}${i}`, tasks))
  if (making.subflows.length > 1) tasks.push(makeLast(making, tasks))
  chooseRoutes(making, tasks)
  return {
    name: `random-${prefix}`,
    tasks: tasks as unknown as WorkflowTask[],
    ...(options.failures === 'retried' && depth === 0 && { retryPolicy: enoughAttempts(script) }),
    ...(chance(random, 0.3) && { onTaskFailure: 'finish' as const }),
  }
}

function enoughAttempts(script: ReadonlyMap<string, TaskScript>): RetryPolicy {
  const failures = [...script.values()].map((one) =>
    one.act === 'fail' && one.times < ALWAYS ? one.times : 0,
  )
  return { maxAttempts: 1 + failures.reduce((sum, times) => sum + times, 0), initialDelay: 10, jitter: 0 }
}

/** More often than anything is carried out. */
const ALWAYS = 1_000_000

function makeTask(making: Making, name: string, earlier: readonly Draft[]): Draft {
  const { random } = making
  const dependsOn = earlier.filter(() => chance(random, 0.3)).map((task) => task.name)
  const task: Draft = { name, ...(dependsOn.length > 0 && { dependsOn }) }
  if (chance(random, 0.3)) task.priority = below(random, 5) - 2
  addPrecondition(making, task, earlier)
  const kind = random()
  if (kind < 0.2) makeCondition(making, task)
  else if (kind < 0.3) makeWait(making, task)
  else if (kind < 0.4) makeSubflow(making, task, earlier)
  else if (kind < 0.5 && hasChildren(making)) makeChild(making, task)
  else makeJob(making, task)
  return task
}

function hasChildren({ depth, options }: Making): boolean {
  return depth < 2 && options.children !== false && options.failures !== 'retried'
}

function makeJob({ random, script, options }: Making, task: Draft): void {
  task.taskType = RANDOM_TASK
  const [upstream] = task.dependsOn ?? []
  if (upstream !== undefined && chance(random, 0.2)) {
    // What it asks for may have been skipped.
    task.resultFrom = upstream
    if (options.failures !== 'fatal') task.allowFailure = true
  }
  script.set(task.name, jobScript({ random, options, task }))
}

function jobScript({
  random,
  options,
  task,
}: Pick<Making, 'random' | 'options'> & { task: Draft }): TaskScript {
  const output = outputOf(random)
  const kind = random()
  if (kind < 0.1) return { act: 'skip' }
  if (kind < 0.2 && options.failures === 'retried' && task.allowFailure !== true) {
    return { act: 'fail', times: 1 + below(random, 2), output }
  }
  if (kind < 0.3) {
    if (options.failures !== 'fatal' || chance(random, 0.7)) task.allowFailure = true
    return { act: 'fail', times: ALWAYS, output }
  }
  return { act: 'return', output }
}

function makeCondition({ random, script }: Making, task: Draft): void {
  task.type = 'condition'
  task.taskType = RANDOM_TASK
  script.set(task.name, { act: 'route', routes: [below(random, 3)] })
}

function makeWait({ random, script, options }: Making, task: Draft): void {
  task.type = 'wait'
  const kind = random()
  const late = { act: 'late' } as const
  const signal = { act: 'signal', output: outputOf(random) } as const
  if (kind < 0.3) {
    task.timeout = 1_000
    script.set(task.name, late)
    return
  }
  task.signal = `signal-${task.name}`
  script.set(task.name, kind < 0.7 ? signal : late)
  if (kind < 0.5) return
  task.timeout = 1_000
  if (options.failures !== 'fatal') task.allowFailure = true
  // Routes follow.
  if (chance(random, 0.5)) task.conditionRoutes = {}
}

function makeSubflow(making: Making, task: Draft, earlier: readonly Draft[]): void {
  const { random, script } = making
  making.subflows.push(task.name)
  task.type = 'subflow'
  task.taskType = RANDOM_TASK
  const added: Draft[] = []
  const count = below(random, 4)
  for (let i = 0; i < count; i++) added.push(makeAdded(making, `${task.name}.${i}`, { added, earlier, task }))
  script.set(task.name, { act: 'add', tasks: added as unknown as WorkflowTask[] })
}

function makeAdded(
  making: Making,
  name: string,
  { added, earlier, task }: { added: readonly Draft[]; earlier: readonly Draft[]; task: Draft },
): Draft {
  const { random, loops } = making
  const siblings = added.filter(() => chance(random, 0.3)).map((one) => one.name)
  const outside = earlier.filter(() => !loops && chance(random, 0.2)).map((one) => one.name)
  const dependsOn = [...siblings, ...outside.filter((one) => one !== task.name)]
  const made: Draft = { name, ...(dependsOn.length > 0 && { dependsOn }) }
  if (name.split('.').length < 3 && chance(random, 0.2)) makeSubflow(making, made, [])
  else makeJob({ ...making, random }, made)
  return made
}

/** Which of two subflows adds its tasks first is a matter of time, and would decide which of them is the last in order. */
function makeLast({ script, prefix }: Making, earlier: readonly Draft[]): Draft {
  const name = `${prefix}-last`
  script.set(name, { act: 'return', output: '{"v":"last"}' })
  return { name, taskType: RANDOM_TASK, dependsOn: earlier.map((task) => task.name) }
}

function makeChild(making: Making, task: Draft): void {
  const { random, script, options, depth } = making
  const failures = options.failures === 'none' && chance(random, 0.2) ? 'fatal' : options.failures
  const inner = {
    random,
    script,
    options: { ...options, failures },
    prefix: `${task.name}-`,
    depth: depth + 1,
  }
  task.childWorkflowDef = makeDefinition(inner)
  if (failures === 'fatal' && (options.failures === 'none' || chance(random, 0.7))) task.allowFailure = true
}

function addPrecondition({ random }: Making, task: Draft, earlier: readonly Draft[]): void {
  const [upstream] = task.dependsOn ?? []
  if (upstream === undefined || earlier.length === 0 || !chance(random, 0.15)) return
  task.preconditions = [
    { type: 'upstream_output', task: upstream, path: 'v', expected: chance(random, 0.7) ? 'x' : 'y' },
  ]
}

/** Gives whatever chooses its routes: to what depends on it, and of some conditions one back. */
function chooseRoutes({ random, script, loops }: Making, tasks: Draft[]): void {
  for (const task of tasks) {
    if (task.type !== 'condition' && task.conditionRoutes === undefined) continue
    const targets = tasks.filter((one) => one.dependsOn?.includes(task.name)).map((one) => one.name)
    const most = task.type === 'wait' ? 2 : 3
    const chosen = targets.filter(() => chance(random, 0.8)).slice(0, most)
    if (chosen.length > 0) {
      task.conditionRoutes = Object.fromEntries(chosen.map((target, route) => [route, target]))
      if (task.type === 'condition')
        script.set(task.name, { act: 'route', routes: [below(random, chosen.length)] })
    } else if (task.type === 'condition') becomeJob(script, task, outputOf(random))
    else delete task.conditionRoutes
  }
  if (loops) addLoops({ random, script, tasks })
}

function becomeJob(script: Map<string, TaskScript>, task: Draft, output: JsonText): void {
  delete task.type
  delete task.conditionRoutes
  script.set(task.name, { act: 'return', output })
}

function outputOf(random: Random): JsonText {
  return chance(random, 0.7) ? '{"v":"x"}' : JSON.stringify({ n: below(random, 100) })
}

function chance(random: Random, probability: number): boolean {
  return random() < probability
}

/** A whole number of 0 or more. */
function below(random: Random, limit: number): number {
  return Math.floor(random() * limit)
}
