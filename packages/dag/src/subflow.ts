import { defaultSizeLimits, type Fault, Faults, type SizeLimits, type WorkflowTask } from '@dureq/types'
import { checkOrder } from './check-order.ts'
import type { Scope } from './raw-task.ts'
import { placesOf, readDefinition } from './read-definition.ts'
import { readTask } from './read-task.ts'
import { createReading, MAX_TASKS, type Told } from './reading.ts'

/** The workflow that tasks are to be added to, as far as their checks must know it. */
export interface AddingTo {
  /** Name of the subflow that adds them. */
  readonly generator: string
  /** Whether the workflow has a task of this name already, of its definition or added. */
  readonly exists: (name: string) => boolean
  /** Whether a task of the workflow depends on another, directly or not. */
  readonly dependsOn: (task: string, upstream: string) => boolean
  /** Tasks the workflow has already: with the new ones there may be `MAX_TASKS`. */
  readonly size: number
  /** How many workflows stand above this one; children of added tasks count from here. Default: 0. */
  readonly depth?: number
  /** Default: `defaultSizeLimits`. */
  readonly limits?: SizeLimits
}

/** The tasks in their stored form, each of which depends on the generator; or everything that is wrong with them. */
export type AddedTasks = { readonly tasks: readonly WorkflowTask[] } | { readonly error: string }

/**
 * Checks what the handler of a subflow returned as a definition is checked. Its tasks may depend on each other and on any task
 * that does not wait for the generator; their names must be new; routes of conditions stay among them.
 *
 * @param tasks of `readAddedTasks`, not looked at so far. It may be empty.
 */
export function checkAddedTasks(tasks: readonly unknown[], to: AddingTo): AddedTasks {
  const faults = new Faults()
  const reading = createReading(to.limits ?? defaultSizeLimits, readDefinition)
  const added = to.size + tasks.length > MAX_TASKS ? tooMany(faults) : readAll(tasks, to, { reading, faults })
  if (reading.room.isOver) faults.add('tasks', 'must not be more than 16 MiB of JSON')
  if (faults.found.length === 0) return { tasks: added }
  return { error: `subflow ${JSON.stringify(to.generator)} returned invalid ${inWords(faults.found)}` }
}

/** Faults that are told: the text becomes the error of a task. */
const MAX_TOLD = 100

function inWords(found: readonly Fault[]): string {
  const told = found.slice(0, MAX_TOLD).map(({ field, problem }) => `${field}: ${problem}`)
  const rest = found.length - told.length
  return told.join('; ') + (rest > 0 ? `; and ${rest} more` : '')
}

function tooMany(faults: Faults): readonly WorkflowTask[] {
  faults.add('tasks', `must not be more than ${MAX_TASKS} together with those of the workflow`, MAX_TASKS)
  return []
}

function readAll(tasks: readonly unknown[], to: AddingTo, told: Told): readonly WorkflowTask[] {
  const { generator, exists, depth = 0 } = to
  const problemOutside = (name: string): string | undefined => problemOfOutside(name, to)
  const scope: Scope = { places: placesOf(tasks), problemOutside, behind: generator, field: 'tasks', depth }
  const { reading, faults } = told
  const read = Array.from(tasks, (value, index) => readTask({ value, index, scope }, reading, faults))
  read.forEach((task, place) => {
    if (typeof task?.name === 'string' && exists(task.name)) {
      faults.add(`tasks[${place}].name`, `the workflow already has a task ${JSON.stringify(task.name)}`)
    }
  })
  checkOrder(read, scope, { reading, faults, workflowName: generator })
  return read.filter((task) => task !== undefined)
}

function problemOfOutside(name: string, { generator, exists, dependsOn }: AddingTo): string | undefined {
  if (name === generator) return undefined
  if (!exists(name)) return `${JSON.stringify(name)} is no task`
  return dependsOn(name, generator) ? `${JSON.stringify(name)} waits for the subflow itself` : undefined
}
