import { type HookName, hookNames } from '@dureq/dag'
import {
  type JsonValue,
  present,
  type WorkflowDefinition,
  type WorkflowInstance,
  type WorkflowTask,
  type WorkflowTaskState,
} from '@dureq/types'
import { hookStateOf, taskStateOf } from './task-state.ts'
import type { TaskView, WorkflowView } from './workflow-view.ts'

/** A workflow as users see it. Of one with more tasks than were read, the others are left out, which `truncated` says. */
export function instanceOf(view: WorkflowView): WorkflowInstance {
  const { head, state, tasks, total } = view
  const { id, name, status, createdAt, updatedAt } = head
  const shown = showDefinition(view)
  return {
    id,
    workflowName: name,
    status,
    tasks: byName(tasks, (task) => taskStateOf(task, view)),
    definition: shown.definition,
    attempt: state.attempt,
    maxAttempts: state.maxAttempts,
    createdAt,
    updatedAt,
    ...present({
      input: parsed(head.input),
      deadline: state.deadline,
      pendingDeps: byName(tasks, openDependencies),
      conditionIterations: orNothing(byName(tasks, ({ part }) => part?.iterations)),
      parentWorkflowId: head.parent?.id,
      parentTaskName: head.parent?.task,
      hookStates: hookStatesOf(view),
      output: parsed(head.output),
      error: head.error,
      continuedFrom: head.continuedFrom,
      continuedTo: head.continuedTo,
      completedAt: head.completedAt,
      truncated: total > tasks.length || shown.isCut ? true : undefined,
    }),
  }
}

/** The instance of a definition, before anything has happened to it. */
export function freshInstance(
  { head, state, definition }: Pick<WorkflowView, 'head' | 'state' | 'definition'>,
  limit: number,
): WorkflowInstance {
  const tasks = definition.tasks.slice(0, limit).map((task) => ({ task }))
  const total = definition.tasks.length
  return instanceOf({ head, state, definition, tasks, limit, total, hooks: new Map(), jobs: new Map() })
}

function openDependencies({ task, part }: TaskView): number {
  return part?.open ?? task.dependsOn?.length ?? 0
}

function hookStatesOf(view: WorkflowView): WorkflowInstance['hookStates'] {
  const states: Partial<Record<HookName, WorkflowTaskState>> = {}
  for (const name of hookNames) {
    const part = view.hooks.get(name)
    if (part !== undefined) states[name] = hookStateOf(name, part, view)
  }
  return orNothing(states)
}

/** The definition with the tasks that were read, added ones included. Children are cut to as many tasks. */
function showDefinition({ definition, tasks, limit }: WorkflowView): {
  readonly definition: WorkflowDefinition
  readonly isCut: boolean
} {
  let isCut = false
  const cut = ({ tasks: all, ...rest }: WorkflowDefinition): WorkflowDefinition => {
    if (all.length > limit) isCut = true
    return { ...rest, tasks: all.slice(0, limit).map(cutChild) }
  }
  const cutChild = (task: WorkflowTask): WorkflowTask =>
    task.childWorkflowDef === undefined ? task : { ...task, childWorkflowDef: cut(task.childWorkflowDef) }
  return { definition: { ...definition, tasks: tasks.map(({ task }) => cutChild(task)) }, isCut }
}

/** A table without a prototype, for tasks may have any name. */
function byName<T>(
  tasks: readonly TaskView[],
  valueOf: (task: TaskView) => T | undefined,
): Readonly<Record<string, T>> {
  const table: Record<string, T> = Object.create(null)
  for (const each of tasks) {
    const value = valueOf(each)
    if (value !== undefined) table[each.task.name] = value
  }
  return table
}

function orNothing<T extends object>(table: T): T | undefined {
  return Object.keys(table).length === 0 ? undefined : table
}

function parsed(text: string | undefined): JsonValue | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as JsonValue)
}
