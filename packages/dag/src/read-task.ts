import {
  type ConcurrencyKey,
  checkKnown,
  checkName,
  checkTaskType,
  type Faults,
  isPlainObject,
  type JsonValue,
  present,
  type ResultReusePolicy,
  readConcurrencyKeys,
  type WorkflowTask,
  workflowTaskTypes,
} from '@dureq/types'
import {
  allMembers,
  fault,
  has,
  kindNames,
  membersOf,
  type RawTask,
  readWhole,
  readWord,
  type Scope,
  type TaskKind,
} from './raw-task.ts'
import { readDependencies, readResultFrom } from './read-dependencies.ts'
import { readPreconditions } from './read-preconditions.ts'
import { readRoutes } from './read-routes.ts'
import { readTimeout, requireSignalOrTimeout } from './read-wait.ts'
import { lengthOf, type Reading, readJson, underTask } from './reading.ts'
import { HOOK_PREFIX, MAX_DEPTH } from './state.ts'

/** What is to be read: one entry of a list of tasks. */
export interface TaskEntry {
  readonly value: unknown
  readonly index: number
  readonly scope: Scope
}

/**
 * Reads one task of a definition and checks all of it but how its dependencies and routes go round; what it returns is
 * good only if no fault was added.
 */
export function readTask(entry: TaskEntry, reading: Reading, faults: Faults): WorkflowTask | undefined {
  const { value, index, scope } = entry
  const field = `${scope.field}[${index}]`
  if (!isPlainObject(value)) {
    faults.add(field, 'must be an object')
    return undefined
  }
  if (
    !reading.room.take('{"name":"","taskType":""}'.length + lengthOf(value.name) + lengthOf(value.taskType))
  )
    return undefined
  return underTask(value.name, faults, (own) =>
    readMembers({ value, kind: kindOf(value), index, field, faults: own, scope, reading }),
  )
}

function kindOf({ type, childWorkflowDef }: RawTask['value']): TaskKind {
  if (type === 'condition' || type === 'subflow' || type === 'wait') return type
  return childWorkflowDef === undefined ? 'job' : 'child'
}

function readMembers(raw: RawTask): WorkflowTask {
  checkMembers(raw)
  readTaskName(raw)
  const dependsOn = readDependencies(raw)
  const task = present({
    name: raw.value.name,
    type: raw.kind === 'job' || raw.kind === 'child' ? undefined : raw.kind,
    taskType: readTaskType(raw),
    childWorkflowDef: readChild(raw),
    payload: readPayload(raw),
    dependsOn: dependsOn.length > 0 ? dependsOn : undefined,
    resultFrom: readResultFrom(raw, dependsOn),
    conditionRoutes: readRoutes(raw),
    maxIterations: readWhole(raw, 'maxIterations', 0),
    signal: readSignal(raw),
    timeout: readTimeout(raw),
    concurrencyKeys: readKeys(raw),
    preconditions: readPreconditions(raw, dependsOn),
    priority: readWhole(raw, 'priority', -Number.MAX_SAFE_INTEGER),
    allowFailure: readFlag(raw, 'allowFailure'),
    resultReuse: readWord<ResultReusePolicy>(raw, 'resultReuse', ['always', 'never', 'on_success']),
  })
  requireSignalOrTimeout(raw)
  // The fields of each kind are those of its type, and every one of them has been read.
  return task as unknown as WorkflowTask
}

/** Fields no task has, fields a task of another kind has, and those that exclude each other. */
function checkMembers(raw: RawTask): void {
  const { value, kind, field, faults } = raw
  const type = value.type as WorkflowTask['type']
  if (type !== undefined && !workflowTaskTypes.includes(type)) {
    return fault(raw, 'type', "must be 'condition', 'subflow', 'wait' or absent")
  }
  for (const member of Object.keys(value)) {
    if (membersOf[kind].includes(member)) continue
    if (allMembers.has(member)) checkForeign(raw, member)
    else checkKnown({ [member]: 0 }, membersOf[kind], `${field}.`, faults)
  }
}

function checkForeign(raw: RawTask, member: string): void {
  const value = raw.value[member]
  // What the seed writes for "none".
  if (value === undefined || value === '' || value === 0) return
  if (raw.kind === 'child' && member === 'taskType') {
    return fault(raw, member, 'must not be given together with childWorkflowDef')
  }
  fault(raw, member, `must not be given: ${kindNames[raw.kind]} has none`)
}

function readTaskName({ value: { name }, index, field, faults, scope }: RawTask): void {
  checkName('workflowTask', name, `${field}.name`, faults)
  if (typeof name !== 'string') return
  if (name.startsWith(HOOK_PREFIX)) faults.add(`${field}.name`, `must not begin with ${HOOK_PREFIX}`)
  const first = scope.places.get(name)
  if (first !== index) faults.add(`${field}.name`, `is also the name of ${scope.field}[${first}]`)
}

function readTaskType(raw: RawTask): string | undefined {
  if (!membersOf[raw.kind].includes('taskType')) return undefined
  const { taskType } = raw.value
  if (taskType === undefined) return fault(raw, 'taskType', 'must be given')
  checkTaskType(taskType, `${raw.field}.taskType`, raw.faults)
  return taskType as string
}

function readPayload(raw: RawTask): JsonValue | undefined {
  return has(raw, 'payload') ? readJson(raw.value.payload, `${raw.field}.payload`, raw) : undefined
}

function readChild(raw: RawTask): WorkflowTask['childWorkflowDef'] {
  if (!has(raw, 'childWorkflowDef')) return undefined
  const depth = raw.scope.depth + 1
  if (depth > MAX_DEPTH) {
    return fault(raw, 'childWorkflowDef', `must not be nested deeper than ${MAX_DEPTH}`, MAX_DEPTH)
  }
  const place = { field: `${raw.field}.childWorkflowDef`, depth }
  return raw.reading.readDefinition({ value: raw.value.childWorkflowDef, ...place }, raw.reading, raw.faults)
}

function readKeys(raw: RawTask): readonly ConcurrencyKey[] | undefined {
  if (!has(raw, 'concurrencyKeys')) return undefined
  return readConcurrencyKeys(raw.value.concurrencyKeys, `${raw.field}.concurrencyKeys`, raw.faults)
}

function readSignal(raw: RawTask): string | undefined {
  if (!has(raw, 'signal') || raw.value.signal === '') return undefined
  checkName('signal', raw.value.signal, `${raw.field}.signal`, raw.faults)
  return raw.value.signal as string
}

function readFlag(raw: RawTask, member: string): true | undefined {
  if (!has(raw, member)) return undefined
  const value = raw.value[member]
  if (typeof value !== 'boolean') fault(raw, member, 'must be true or false')
  return value === true ? true : undefined
}
