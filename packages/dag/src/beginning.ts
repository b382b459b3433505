import type { ConcurrencyKey, JsonText, WorkflowDefinition, WorkflowTask } from '@dureq/types'
import { initialState } from './initial-state.ts'
import { readyOrder } from './ready-order.ts'
import type { WorkflowState } from './state.ts'

/** What every workflow of a definition begins with. */
export interface Beginning {
  /** The state a new instance begins with when nothing stands above it. */
  readonly state: WorkflowState
  /**
   * The tasks that depend on nothing, in the order in which they are dispatched; absent when an engine has to begin: because
   * something comes before them, they ask for more than a job, time counts from there, or each task has a part of its own.
   */
  readonly roots?: readonly Root[]
}

/** A task that depends on nothing and runs a job. */
interface Root {
  readonly task: string
  readonly taskType: string
  /** Without one it is given the input. */
  readonly payload: JsonText | undefined
  readonly concurrencyKeys: readonly ConcurrencyKey[] | undefined
  /** Its place in the definition. */
  readonly place: number
}

/** Works out how workflows of a definition begin. */
export function beginningOf(definition: WorkflowDefinition): Beginning {
  const state = initialState(definition)
  const roots = state.tasks === undefined ? undefined : plainRoots(definition)
  return roots === undefined ? { state } : { state, roots }
}

/** What the definition gives a task. */
export function ownPayload(task: WorkflowTask): JsonText | undefined {
  return 'payload' in task && task.payload !== undefined ? JSON.stringify(task.payload) : undefined
}

function plainRoots({ tasks, hooks, executionTimeout }: WorkflowDefinition): readonly Root[] | undefined {
  if (hooks?.onInit !== undefined || executionTimeout !== undefined) return undefined
  const roots: (Root & { readonly order: number })[] = []
  for (const [place, task] of tasks.entries()) {
    if (task.dependsOn !== undefined && task.dependsOn.length > 0) continue
    if (task.taskType === undefined || (task.preconditions ?? []).length > 0) return undefined
    const { name, taskType, concurrencyKeys } = task
    const order = readyOrder(task, place)
    roots.push({ task: name, taskType, payload: ownPayload(task), concurrencyKeys, place, order })
  }
  return roots.sort((a, b) => a.order - b.order)
}
