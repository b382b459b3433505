import { isPlainObject, type Precondition } from '@dureq/types'
import { pathProblem } from './json-path.ts'
import { fault, has, type RawTask } from './raw-task.ts'
import { readDependency } from './read-dependencies.ts'
import { lengthOf } from './reading.ts'

/** What must hold for a task to run. */
export function readPreconditions(
  raw: RawTask,
  dependsOn: readonly string[],
): readonly Precondition[] | undefined {
  if (!has(raw, 'preconditions')) return undefined
  const { preconditions } = raw.value
  if (!Array.isArray(preconditions)) return fault(raw, 'preconditions', 'must be a list')
  const read: Precondition[] = []
  for (let i = 0; i < preconditions.length; i++) {
    const value: unknown = preconditions[i]
    if (!raw.reading.room.take('{"type":"upstream_output"},'.length)) break
    if (!isPlainObject(value)) fault(raw, `preconditions[${i}]`, 'must be an object')
    else if (!takeRoom(raw, value)) break
    else read.push(readPrecondition(raw, `preconditions[${i}]`, { value, dependsOn }))
  }
  return read.length > 0 ? read : undefined
}

function takeRoom({ reading }: RawTask, { path, expected }: Readonly<Record<string, unknown>>): boolean {
  return reading.room.take(lengthOf(path) + lengthOf(expected))
}

function readPrecondition(
  raw: RawTask,
  member: string,
  {
    value,
    dependsOn,
  }: { readonly value: Readonly<Record<string, unknown>>; readonly dependsOn: readonly string[] },
): Precondition {
  const { type, path, expected } = value
  if (type !== 'upstream_output') fault(raw, `${member}.type`, 'must be upstream_output')
  const task = readDependency(raw, `${member}.task`, { name: value.task, dependsOn }) ?? ''
  const problem = typeof path === 'string' ? pathProblem(path) : 'must be a text'
  if (problem !== undefined) fault(raw, `${member}.path`, problem)
  if (typeof expected !== 'string') fault(raw, `${member}.expected`, 'must be a text')
  return { type: 'upstream_output', task, path: path as string, expected: expected as string }
}
