import { checkInteger, type Faults } from '@dureq/types'
import type { Reading } from './reading.ts'

/** What a task does, as its fields say; `child` runs a workflow. */
export type TaskKind = 'job' | 'condition' | 'subflow' | 'child' | 'wait'

/** The tasks a task may name. */
export interface Scope {
  /** The place of the first task of each name in the list that is read. */
  readonly places: ReadonlyMap<string, number>
  /** Why tasks of the list may not depend on this one, which is not in it; undefined: they may. */
  readonly problemOutside: (name: string) => string | undefined
  /** The task every task of the list depends on, whether it says so or not: the subflow that adds them. */
  readonly behind?: string
  /** How many workflows stand above this one. */
  readonly depth: number
  /** Where the list is: `tasks`. */
  readonly field: string
}

/** A task as it was given, while its fields are read. */
export interface RawTask {
  readonly value: Readonly<Record<string, unknown>>
  readonly kind: TaskKind
  /** Its place in the list. */
  readonly index: number
  /** Its path: `tasks[3]`. */
  readonly field: string
  readonly faults: Faults
  readonly scope: Scope
  readonly reading: Reading
}

const common = ['name', 'type', 'dependsOn', 'priority', 'allowFailure', 'preconditions', 'resultReuse']
const ofJob = [...common, 'taskType', 'payload', 'resultFrom', 'concurrencyKeys']

/** The fields a task of each kind can have. */
export const membersOf: Readonly<Record<TaskKind, readonly string[]>> = {
  job: ofJob,
  condition: [...ofJob, 'conditionRoutes', 'maxIterations'],
  subflow: ofJob,
  child: [...common, 'childWorkflowDef', 'payload', 'resultFrom'],
  wait: [...common, 'signal', 'timeout', 'conditionRoutes'],
}

/** The fields a task of any kind can have. */
export const allMembers: ReadonlySet<string> = new Set(Object.values(membersOf).flat())

/** How a fault calls a task of each kind. */
export const kindNames: Readonly<Record<TaskKind, string>> = {
  job: 'a task that runs a job',
  condition: 'a condition',
  subflow: 'a subflow',
  child: 'a task that runs a workflow',
  wait: 'a wait',
}

/** Whether the task has this field, and one of its kind can. */
export function has(raw: RawTask, member: string): boolean {
  return raw.value[member] !== undefined && membersOf[raw.kind].includes(member)
}

/** Adds a fault about one field of the task. */
export function fault(raw: RawTask, member: string, problem: string, limit?: number): undefined {
  raw.faults.add(`${raw.field}.${member}`, problem, limit)
}

/** A field that is a whole number; undefined where it is absent, 0 or wrong. */
export function readWhole(raw: RawTask, member: string, min: number): number | undefined {
  if (!has(raw, member)) return undefined
  const value = raw.value[member]
  checkInteger(value, { min, max: Number.MAX_SAFE_INTEGER }, `${raw.field}.${member}`, raw.faults)
  return typeof value === 'number' && value !== 0 ? value : undefined
}

/** A field that is one of a few words; undefined where it is absent or wrong. */
export function readWord<Word extends string>(
  raw: RawTask,
  member: string,
  words: readonly Word[],
): Word | undefined {
  if (!has(raw, member)) return undefined
  const word = words.find((each) => each === raw.value[member])
  return word ?? fault(raw, member, `must be one of ${words.join(', ')}`)
}
