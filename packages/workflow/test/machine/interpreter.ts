import type { JsonText, WorkflowDefinition, WorkflowTask } from '@dureq/types'
import { type Deed, deedOf, type ScriptedWorkflow } from './script.ts'

/** What a workflow must come to. */
export interface Expected {
  readonly status: 'completed' | 'failed'
  readonly output?: JsonText
  /** How often each task succeeds, by name, children and added tasks included. */
  readonly successes: ReadonlyMap<string, number>
  /** Whether that is certain. Where the workflow or a child fails it is the most: it depends on time what is cancelled. */
  readonly exact: boolean
  /** Tasks that are skipped in the end: by themselves, by a precondition, or because no branch leads to them. */
  readonly skipped: ReadonlySet<string>
}

/** What a task came to. */
interface Fate {
  readonly kind: 'done' | 'failed' | 'skipped' | 'out'
  readonly route?: number
  readonly output?: JsonText
}

/** What is counted over a workflow and its children. */
interface Counts {
  readonly runs: Map<string, number>
  readonly successes: Map<string, number>
  readonly skipped: Set<string>
  exact: boolean
}

/** The tasks of one workflow and what became of them, as sets over the whole graph. */
interface World {
  readonly definition: WorkflowDefinition
  readonly tasks: Map<string, WorkflowTask>
  /** By added task: the subflow. */
  readonly adders: Map<string, string>
  readonly fates: Map<string, Fate>
  /** Conditions that have chosen a route back: where to. */
  readonly back: Map<string, string>
  /** Tasks that failed the workflow. */
  readonly fatal: Set<string>
  /** Targets of routes back: they run whatever they depend on. */
  readonly chosen: Set<string>
}

/**
 * What a scripted workflow must come to, by evaluating it again and again as a whole. It knows nothing of messages, counters, or
 * marks, and shares no code with what it checks.
 */
export function interpret({ definition, script }: ScriptedWorkflow): Expected {
  const counts: Counts = { runs: new Map(), successes: new Map(), skipped: new Set(), exact: true }
  const { status, output } = runWorkflow(definition)
  return { status, ...(output !== undefined && { output }), ...counts }

  function runWorkflow(of: WorkflowDefinition): Pick<Expected, 'status' | 'output'> {
    const world = begin(of)
    for (let attempt = 1; ; attempt++) {
      while (evaluate(world) || loopBack(world)) {}
      const maxAttempts = of.retryPolicy === undefined ? 1 : (of.retryPolicy.maxAttempts ?? 3)
      if (world.fatal.size === 0 || attempt >= maxAttempts) break
      world.fatal.clear()
      for (const [name, fate] of world.fates) if (fate.kind === 'failed') world.fates.delete(name)
    }
    for (const [name, { kind }] of world.fates) {
      if (kind === 'skipped' || kind === 'out') counts.skipped.add(name)
      else counts.skipped.delete(name)
    }
    if (world.fatal.size > 0) {
      counts.exact = false
      return { status: 'failed' }
    }
    const output = lastOutput(world)
    return { status: 'completed', ...(output !== undefined && { output }) }
  }

  /** Carries out every task that can be; says whether there was one. */
  function evaluate(world: World): boolean {
    const open = [...world.tasks.keys()].filter(
      (name) => !world.fates.has(name) && !world.back.has(name) && !world.fatal.has(name),
    )
    const able = open.filter((name) =>
      [...upstreamOf(world, name)].every((upstream) => world.fates.has(upstream)),
    )
    for (const name of able) decide(world, name)
    return able.length > 0
  }

  function decide(world: World, name: string): void {
    const upstream = [...upstreamOf(world, name)]
    const reached = upstream.length === 0 || upstream.some((one) => leadsTo(world, one, name))
    if (!reached && !world.chosen.has(name)) return void world.fates.set(name, { kind: 'out' })
    world.chosen.delete(name)
    const task = world.tasks.get(name) as WorkflowTask
    if (!holds(world, task)) return void world.fates.set(name, { kind: 'skipped' })
    if (
      'resultFrom' in task &&
      task.resultFrom !== undefined &&
      outputOf(world, task.resultFrom) === undefined
    ) {
      return fail(world, name)
    }
    carryOut(world, name)
  }

  function carryOut(world: World, name: string): void {
    const task = world.tasks.get(name) as WorkflowTask
    const deed = task.childWorkflowDef === undefined ? deed_(name) : deedOfChild(task.childWorkflowDef)
    if (deed.kind === 'failed') return fail(world, name)
    if (deed.kind === 'skipped') return void world.fates.set(name, { kind: 'skipped' })
    if (task.type === 'wait') return endWait(world, task)
    if (task.childWorkflowDef === undefined) counts.successes.set(name, (counts.successes.get(name) ?? 0) + 1)
    if (task.type === 'condition')
      return choose(world, name, (JSON.parse(deed.output) as { route: number }).route)
    if (task.type === 'subflow')
      add(world, name, (JSON.parse(deed.output) as { tasks: WorkflowTask[] }).tasks)
    world.fates.set(name, { kind: 'done', ...(deed.output !== '' && { output: deed.output }) })
  }

  function deed_(name: string): Deed {
    const before = counts.runs.get(name) ?? 0
    counts.runs.set(name, before + 1)
    return deedOf(script.get(name) ?? { act: 'return', output: 'null' }, before)
  }

  function deedOfChild(child: WorkflowDefinition): Deed {
    const { status, output } = runWorkflow(child)
    return status === 'failed' ? { kind: 'failed' } : { kind: 'returned', output: output ?? '' }
  }

  function endWait(world: World, task: WorkflowTask): void {
    const act = script.get(task.name)
    const came = act?.act === 'signal'
    const signal = task.type === 'wait' ? task.signal : undefined
    const routes = 'conditionRoutes' in task ? task.conditionRoutes : undefined
    if (routes !== undefined) return choose(world, task.name, came ? 0 : 1, came ? act.output : undefined)
    if (signal !== undefined && !came) return fail(world, task.name)
    world.fates.set(task.name, { kind: 'done', ...(came && { output: act.output }) })
  }

  function choose(world: World, name: string, route: number, output?: JsonText): void {
    const task = world.tasks.get(name) as WorkflowTask
    const target = 'conditionRoutes' in task ? task.conditionRoutes?.[route] : undefined
    const forward = target === undefined || (world.tasks.get(target)?.dependsOn ?? []).includes(name)
    if (!forward) return void world.back.set(name, target)
    const returned = output ?? (task.type === 'condition' ? JSON.stringify({ route }) : undefined)
    world.fates.set(name, { kind: 'done', route, ...(returned !== undefined && { output: returned }) })
  }
}

function begin(definition: WorkflowDefinition): World {
  return {
    definition,
    tasks: new Map(definition.tasks.map((task) => [task.name, task])),
    adders: new Map(),
    fates: new Map(),
    back: new Map(),
    fatal: new Set(),
    chosen: new Set(),
  }
}

function fail(world: World, name: string): void {
  if (world.tasks.get(name)?.allowFailure) world.fates.set(name, { kind: 'failed' })
  else world.fatal.add(name)
}

function add(world: World, adder: string, tasks: readonly WorkflowTask[]): void {
  for (const task of tasks) {
    const others = (task.dependsOn ?? []).filter((name) => name !== adder)
    world.tasks.set(task.name, { ...task, dependsOn: [adder, ...others] })
    world.adders.set(task.name, adder)
  }
}

/** What a task waits for: what it names, and what a subflow it names has added, unless it was added there itself. */
function upstreamOf(world: World, name: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const upstream of world.tasks.get(name)?.dependsOn ?? []) {
    found.add(upstream)
    if (!isBelow(world, name, upstream)) for (const added of belowOf(world, upstream)) found.add(added)
  }
  return found
}

function belowOf(world: World, adder: string): readonly string[] {
  return [...world.tasks.keys()].filter((name) => isBelow(world, name, adder))
}

function isBelow(world: World, name: string, adder: string): boolean {
  const above = world.adders.get(name)
  return above !== undefined && (above === adder || isBelow(world, above, adder))
}

function leadsTo(world: World, upstream: string, name: string): boolean {
  const fate = world.fates.get(upstream)
  if (fate === undefined || fate.kind === 'out') return false
  const task = world.tasks.get(upstream)
  const routes = task !== undefined && 'conditionRoutes' in task ? (task.conditionRoutes ?? {}) : {}
  const leads = Object.entries(routes).filter(([, target]) => target === name)
  return leads.length === 0 || leads.some(([route]) => Number(route) === fate.route)
}

function outputOf(world: World, name: string): JsonText | undefined {
  const fate = world.fates.get(name)
  return fate?.kind === 'done' ? fate.output : undefined
}

/** Random preconditions look at the member `v` of an output. */
function holds(world: World, { preconditions = [] }: WorkflowTask): boolean {
  return preconditions.every(({ task, expected }) => {
    const output = outputOf(world, task)
    if (output === undefined) return false
    const value: unknown = JSON.parse(output)
    return ((value as { v?: string } | null)?.v ?? '') === expected
  })
}

/** Begins the round of one loop, when everything stands still; says whether there was one. */
function loopBack(world: World): boolean {
  const order = [...world.tasks.keys()]
  const waiting = [...world.back.keys()].sort((a, b) => order.indexOf(a) - order.indexOf(b))
  const rounds = new Map(waiting.map((name) => [name, roundOf(world, name)]))
  const next = waiting.find((name) => {
    const round = rounds.get(name) as ReadonlySet<string>
    if ([...world.fatal].some((failed) => round.has(failed))) return false
    return waiting.every((inner) => inner === name || !round.has(inner) || rounds.get(inner)?.has(name))
  })
  if (next === undefined) return false
  const round = rounds.get(next) as ReadonlySet<string>
  world.chosen.add(world.back.get(next) as string)
  for (const name of round) {
    for (const added of belowOf(world, name)) forget(world, added)
    world.fates.delete(name)
    world.back.delete(name)
  }
  return true
}

function forget(world: World, name: string): void {
  world.tasks.delete(name)
  world.adders.delete(name)
  world.fates.delete(name)
  world.back.delete(name)
}

function roundOf(world: World, condition: string): ReadonlySet<string> {
  const round = new Set([world.back.get(condition) as string])
  for (let size = 0; size !== round.size; ) {
    size = round.size
    for (const name of world.tasks.keys()) {
      const upstream = [...upstreamOf(world, name)]
      if (upstream.some((one) => one !== condition && round.has(one))) round.add(name)
    }
  }
  return round.add(condition)
}

function lastOutput(world: World): JsonText | undefined {
  const needed = new Set([...world.tasks.keys()].flatMap((name) => [...upstreamOf(world, name)]))
  const outputs = [...world.tasks.keys()]
    .filter((name) => !needed.has(name))
    .map((name) => outputOf(world, name))
  return outputs.findLast((output) => output !== undefined)
}
