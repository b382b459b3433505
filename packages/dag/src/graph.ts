import type { WorkflowDefinition, WorkflowTask } from '@dureq/types'
import { taskPartName } from './state.ts'

/** What is fixed about the tasks of a definition and how they depend on each other. Lists are in the order of the definition. */
export interface WorkflowGraph {
  readonly definition: WorkflowDefinition
  /** Number of tasks. */
  readonly size: number
  /** Names of all tasks. */
  readonly names: readonly string[]
  /** Names of tasks that depend on nothing: where the workflow begins. */
  readonly roots: readonly string[]
  /** Names of tasks nothing depends on: the output of the workflow is that of one of these. */
  readonly leaves: readonly string[]
  /** The task of this name; undefined when the definition has none, as for one a subflow has added. */
  readonly task: (name: string) => WorkflowTask | undefined
  /** Its place in the definition, -1 when there is none of this name. */
  readonly index: (name: string) => number
  /** The name of its part (`taskPartName`), which for a task of the definition is made once. */
  readonly partName: (name: string) => string
  /** Names of the tasks that depend on this one directly; none for an unknown name. */
  readonly dependants: (name: string) => readonly string[]
}

/** One task and its place among the others. */
interface Node {
  readonly task: WorkflowTask
  readonly index: number
  readonly partName: string
  readonly dependants: string[]
}

const none: readonly string[] = []

/**
 * The graph of a definition, in time proportional to tasks and dependencies.
 *
 * @param definition one that `resolveWorkflow` has accepted; of another, dependencies on unknown tasks are passed over.
 */
export function compileWorkflow(definition: WorkflowDefinition): WorkflowGraph {
  const nodes = new Map<string, Node>()
  definition.tasks.forEach((task, index) => {
    nodes.set(task.name, { task, index, partName: taskPartName(task.name), dependants: [] })
  })
  for (const { name, dependsOn = none } of definition.tasks) {
    for (const upstream of dependsOn) nodes.get(upstream)?.dependants.push(name)
  }
  const names = [...nodes.keys()]
  return {
    definition,
    size: nodes.size,
    names,
    roots: definition.tasks.filter(isRoot).map(({ name }) => name),
    leaves: names.filter((name) => nodes.get(name)?.dependants.length === 0),
    task: (name) => nodes.get(name)?.task,
    index: (name) => nodes.get(name)?.index ?? -1,
    partName: (name) => nodes.get(name)?.partName ?? taskPartName(name),
    dependants: (name) => nodes.get(name)?.dependants ?? none,
  }
}

function isRoot({ dependsOn = none }: WorkflowTask): boolean {
  return dependsOn.length === 0
}
