import {
  type ChildWorkflowTask,
  type ConditionTask,
  type JobTask,
  present,
  type SubflowTask,
  type WaitTask,
  type WorkflowDefinition,
  type WorkflowTask,
} from '@dureq/types'
import { resolveWorkflow } from './resolve.ts'
import type { WorkflowBuilder, WorkflowSettings } from './workflow-builder.ts'

/**
 * Begins a definition whose tasks the compiler checks: names of dependencies, and that each task takes what it is given.
 *
 * Every call that adds a task returns a new builder, which is a plain definition: it can be enqueued, serialised or be the
 * child of another as it is. Name `Input` to say what the workflow must be started with; what tasks without
 * dependencies and payload take is added to that.
 */
export function defineWorkflow<Input = unknown>(
  name: string,
  settings: WorkflowSettings = {},
): NewWorkflow<Input> {
  // What the types promise is a matter of the compiler alone: all builders are one object with other tasks.
  return createBuilder({ ...settings, name, tasks: [] }) as NewWorkflow<Input>
}

/** A builder without tasks. */
type NewWorkflow<Input> = WorkflowBuilder<Input, object, never>

/** What the methods take, when it no longer matters what the compiler knew of it. */
interface Settings {
  readonly routes?: ConditionTask['conditionRoutes']
  readonly [setting: string]: unknown
}

type TaskLike = string | { readonly type: string }

/** On the prototype: spreading, comparing and serialising a builder see the definition alone. */
const methods = Object.freeze({
  task(this: WorkflowDefinition, name: string, task: TaskLike, settings?: Settings): object {
    return withTask<JobTask>(this, { name, taskType: typeOf(task), ...settings })
  },
  condition(this: WorkflowDefinition, name: string, task: TaskLike, settings: Settings): object {
    const { routes: conditionRoutes, ...rest } = settings
    return withTask<ConditionTask>(this, {
      name,
      type: 'condition',
      taskType: typeOf(task),
      conditionRoutes,
      ...rest,
    })
  },
  subflow(this: WorkflowDefinition, name: string, task: TaskLike, settings?: Settings): object {
    return withTask<SubflowTask>(this, { name, type: 'subflow', taskType: typeOf(task), ...settings })
  },
  child(this: WorkflowDefinition, name: string, child: WorkflowDefinition, settings?: Settings): object {
    return withTask<ChildWorkflowTask>(this, { name, childWorkflowDef: child, ...settings })
  },
  wait(this: WorkflowDefinition, name: string, { routes: conditionRoutes, ...settings }: Settings): object {
    return withTask<WaitTask>(this, { name, type: 'wait', conditionRoutes, ...settings })
  },
  build(this: WorkflowDefinition): WorkflowDefinition {
    return resolveWorkflow(this).definition
  },
})

function createBuilder(definition: WorkflowDefinition): object {
  return Object.freeze(Object.assign(Object.create(methods) as object, definition))
}

/** The builder with one more task, of whose fields those that are undefined are left out. */
function withTask<Kind extends WorkflowTask>(
  { tasks, ...definition }: WorkflowDefinition,
  task: { readonly [Field in keyof Kind]?: unknown },
): object {
  return createBuilder({ ...definition, tasks: [...tasks, present(task) as WorkflowTask] })
}

function typeOf(task: TaskLike): string {
  return typeof task === 'string' ? task : task.type
}
