import { checkKnown, type Fault, Faults, isPlainObject, parseGoDuration } from '@dureq/types'
import { decodeRetryPolicy, type RetryPolicyWire } from './retry-policy.ts'

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

/** Our name of a member, and how its value is read. */
interface Member {
  readonly name: string
  readonly read?: (value: unknown, field: string, faults: Faults) => unknown
}

type Members = Readonly<Record<string, Member>>

/** Of an object the members it has; anything else is left for the client to refuse. */
function readMembers(
  value: unknown,
  field: string,
  { members, faults }: { readonly members: Members; readonly faults: Faults },
): unknown {
  if (!isPlainObject(value)) return value
  checkKnown(value, Object.keys(members), inside(field, ''), faults)
  const known = Object.entries(members).filter(([name]) => Object.hasOwn(value, name))
  return Object.fromEntries(
    known.map(([name, { name: ours, read }]) => {
      const given = value[name]
      return [ours, read === undefined ? given : read(given, inside(field, name), faults)]
    }),
  )
}

type Read = NonNullable<Member['read']>

const objectOf =
  (members: () => Members): Read =>
  (value, field, faults) =>
    readMembers(value, field, { members: members(), faults })

const listOf =
  (read: Read): Read =>
  (value, field, faults) =>
    Array.isArray(value) ? value.map((each, i): unknown => read(each, `${field}[${i}]`, faults)) : value

function inside(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`
}

/** A Go duration; a number would be one of nobody knows what. */
function readLength(value: unknown, field: string, faults: Faults): number | undefined {
  if (typeof value === 'string') return faults.attempt(() => parseGoDuration(value, field))
  faults.add(field, "must be a duration such as '1h30m0s' or '250ms'")
  return undefined
}

const policyMembers = ['initial_delay', 'max_delay', 'pause_retry_delay'] as const

/** Its lengths of time are whole nanoseconds. */
function readPolicy(value: unknown, field: string, faults: Faults): unknown {
  if (!isPlainObject(value)) return value
  checkKnown(value, policyFields, `${field}.`, faults)
  const policy: Record<string, unknown> = { ...value }
  for (const name of policyMembers) {
    if (policy[name] === undefined || Number.isInteger(policy[name])) continue
    faults.add(`${field}.${name}`, 'must be a whole number of nanoseconds')
    delete policy[name]
  }
  const decoded = Object.entries(decodeRetryPolicy(policy as RetryPolicyWire))
  return Object.fromEntries(decoded.filter(([, member]) => member !== undefined))
}

const policyFields = [
  'max_attempts',
  ...policyMembers,
  'multiplier',
  'jitter',
  'non_retryable_errors',
  'pause_after_err_count',
]

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

const concurrencyKeyMembers: Members = { key: { name: 'key' }, max_concurrency: { name: 'maxConcurrency' } }

const taskMembers: Members = {
  name: { name: 'name' },
  task_type: { name: 'taskType' },
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
