import { type Fault, Faults } from '@dureq/types'
import { concurrencyKeyMembers } from './concurrency-key.ts'
import { listOf, type Members, objectOf, readLength, readMembers, readPolicy } from './wire-members.ts'

/** What a definition on the wire says, in the form in which the client takes it, and what the wire forbids in it. */
export interface DecodedDefinition {
  /** The client checks it: everything it can check is as it was given. */
  readonly definition: unknown
  /** With the names of the wire. */
  readonly faults: readonly Fault[]
}

/**
 * Reads a workflow definition, whatever was sent: names become ours, and lengths of time, which are texts in some fields and
 * whole nanoseconds in others, milliseconds. A field the wire does not have is a fault.
 *
 * @param field how faults name the definition; `''`: by its members.
 */
export function decodeDefinition(wire: unknown, field: string): DecodedDefinition {
  const faults = new Faults()
  const definition = readMembers(wire, field, { members: definitionMembers, faults })
  return { definition, faults: faults.found }
}

const hookMembers: Members = {
  task_type: { name: 'taskType' },
  payload: { name: 'payload' },
  timeout: { name: 'timeout', read: readLength },
}

const hook = objectOf(() => hookMembers)

const hooksMembers: Members = {
  on_init: { name: 'onInit', read: hook },
  on_success: { name: 'onSuccess', read: hook },
  on_failure: { name: 'onFailure', read: hook },
  on_exit: { name: 'onExit', read: hook },
}

const taskMembers: Members = {
  name: { name: 'name' },
  task_type: { name: 'taskType', read: (value) => (value === '' ? undefined : value) },
  payload: { name: 'payload' },
  depends_on: { name: 'dependsOn' },
  priority: { name: 'priority' },
  allow_failure: { name: 'allowFailure' },
  result_from: { name: 'resultFrom' },
  type: { name: 'type' },
  condition_routes: { name: 'conditionRoutes' },
  max_iterations: { name: 'maxIterations' },
  child_workflow_def: { name: 'childWorkflowDef', read: objectOf(() => definitionMembers) },
  preconditions: { name: 'preconditions' },
  result_reuse: { name: 'resultReuse' },
  signal: { name: 'signal' },
  timeout: { name: 'timeout', read: readLength },
  concurrency_keys: { name: 'concurrencyKeys', read: listOf(objectOf(() => concurrencyKeyMembers)) },
}

const definitionMembers: Members = {
  name: { name: 'name' },
  tasks: { name: 'tasks', read: listOf(objectOf(() => taskMembers)) },
  execution_timeout: { name: 'executionTimeout', read: readLength },
  retry_policy: { name: 'retryPolicy', read: readPolicy },
  default_priority: { name: 'defaultPriority' },
  hooks: { name: 'hooks', read: objectOf(() => hooksMembers) },
  signal_timeout: { name: 'signalTimeout', read: readLength },
  on_task_failure: { name: 'onTaskFailure' },
}
