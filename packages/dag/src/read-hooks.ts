import {
  checkKnown,
  checkTaskType,
  isPlainObject,
  present,
  type WorkflowHookDef,
  type WorkflowHooks,
} from '@dureq/types'
import { readLength } from './read-wait.ts'
import { readJson, type Told } from './reading.ts'
import { hookNames } from './state.ts'

/** The hooks of a definition; undefined where there are none. */
export function readHooks(value: unknown, field: string, told: Told): WorkflowHooks | undefined {
  if (value === undefined) return undefined
  if (!isPlainObject(value)) {
    told.faults.add(field, 'must be an object')
    return undefined
  }
  checkKnown(value, hookNames, `${field}.`, told.faults)
  const given = hookNames.filter((name) => value[name] !== undefined)
  const hooks = given.map((name) => [name, readHook(value[name], `${field}.${name}`, told)] as const)
  return given.length > 0 ? Object.fromEntries(hooks) : undefined
}

function readHook(value: unknown, field: string, told: Told): WorkflowHookDef | undefined {
  const { faults } = told
  if (!isPlainObject(value)) {
    faults.add(field, 'must be an object')
    return undefined
  }
  checkKnown(value, ['taskType', 'payload', 'timeout'], `${field}.`, faults)
  checkTaskType(value.taskType, `${field}.taskType`, faults)
  return present({
    taskType: value.taskType as string,
    payload: readJson(value.payload, `${field}.payload`, told),
    timeout: readLength(value.timeout, `${field}.timeout`, faults),
  })
}
