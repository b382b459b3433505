import {
  checkName,
  checkPriority,
  type Faults,
  isPlainObject,
  type OnTaskFailure,
  type Priority,
  present,
  readRetryPolicy,
  type WorkflowDefinition,
  type WorkflowTask,
} from '@dureq/types'
import { checkOrder } from './check-order.ts'
import type { Scope } from './raw-task.ts'
import { readHooks } from './read-hooks.ts'
import { readTask } from './read-task.ts'
import { readLength } from './read-wait.ts'
import { type DefinitionEntry, inside, MAX_TASKS, type Reading, type Told } from './reading.ts'

type Value = Readonly<Record<string, unknown>>

/** Reads a definition and checks everything in it; what it returns is good only if no fault was added. */
export function readDefinition(
  { value, field, depth }: DefinitionEntry,
  reading: Reading,
  faults: Faults,
): WorkflowDefinition | undefined {
  if (!reading.room.take('{"name":"","tasks":[]}'.length)) return undefined
  if (!isPlainObject(value)) {
    faults.add(field === '' ? 'definition' : field, 'must be an object')
    return undefined
  }
  checkName('workflow', value.name, inside(field, 'name'), faults)
  const name = value.name as string
  const scope = scopeOf(value.tasks, { depth, field: inside(field, 'tasks') })
  const tasks = readTasks(value.tasks, scope, { reading, faults })
  checkOrder(tasks, scope, { reading, faults, workflowName: String(name) })
  return present({ name, ...readSettings(value, { field, reading, faults }), tasks: tasks.filter(isRead) })
}

function isRead(task: WorkflowTask | undefined): task is WorkflowTask {
  return task !== undefined
}

function scopeOf(tasks: unknown, place: Pick<Scope, 'depth' | 'field'>): Scope {
  const problemOutside = (name: string): string => `${JSON.stringify(name)} is no task`
  return { ...place, places: placesOf(Array.isArray(tasks) ? tasks : []), problemOutside }
}

/** The place of the first task of each name. */
export function placesOf(tasks: readonly unknown[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  if (tasks.length > MAX_TASKS) return places
  tasks.forEach((task, index) => {
    const name = isPlainObject(task) ? task.name : undefined
    if (typeof name === 'string' && !places.has(name)) places.set(name, index)
  })
  return places
}

/** The tasks in their places; undefined for what is none. */
function readTasks(
  tasks: unknown,
  scope: Scope,
  { reading, faults }: Told,
): readonly (WorkflowTask | undefined)[] {
  const { field } = scope
  if (!Array.isArray(tasks)) faults.add(field, 'must be a list of tasks')
  else if (tasks.length === 0) faults.add(field, 'must have one task at least')
  else if (tasks.length > MAX_TASKS) faults.add(field, `must not be more than ${MAX_TASKS}`, MAX_TASKS)
  // Not `map`: it passes over holes.
  else return Array.from(tasks, (value: unknown, index) => readTask({ value, index, scope }, reading, faults))
  return []
}

type Setting = Exclude<keyof WorkflowDefinition, 'name' | 'tasks'>

function readSettings(
  value: Value,
  { field, reading, faults }: Told & { readonly field: string },
): { readonly [Name in Setting]: WorkflowDefinition[Name] | undefined } {
  const at = (member: string): string => inside(field, member)
  if (value.defaultPriority !== undefined) checkPriority(value.defaultPriority, at('defaultPriority'), faults)
  return {
    executionTimeout: readLength(value.executionTimeout, at('executionTimeout'), faults),
    retryPolicy: readRetryPolicy(value.retryPolicy, at('retryPolicy'), faults),
    defaultPriority: value.defaultPriority as Priority | undefined,
    hooks: readHooks(value.hooks, at('hooks'), { reading, faults }),
    signalTimeout: readLength(value.signalTimeout, at('signalTimeout'), faults),
    onTaskFailure: readOnTaskFailure(value.onTaskFailure, at('onTaskFailure'), faults),
  }
}

function readOnTaskFailure(value: unknown, field: string, faults: Faults): OnTaskFailure | undefined {
  if (value === undefined || value === 'finish' || value === 'cancel') return value
  faults.add(field, "must be 'finish' or 'cancel'")
  return undefined
}
