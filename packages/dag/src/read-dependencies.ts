import { fault, has, type RawTask } from './raw-task.ts'

/** The tasks a task depends on: those that are named rightly, each once. */
export function readDependencies(raw: RawTask): readonly string[] {
  const { behind } = raw.scope
  const found = new Set<string>(behind === undefined ? [] : [behind])
  if (!has(raw, 'dependsOn')) return [...found]
  const { dependsOn } = raw.value
  if (!Array.isArray(dependsOn)) return fault(raw, 'dependsOn', 'must be a list of names of tasks') ?? []
  for (let i = 0; i < dependsOn.length; i++) {
    const name: unknown = dependsOn[i]
    if (!raw.reading.room.take(typeof name === 'string' ? name.length + 1 : 1)) break
    const isTwice = found.has(name as string) && (name !== behind || dependsOn.indexOf(name) < i)
    const problem = isTwice ? 'must not be there twice' : problemOf(raw, name)
    if (problem === undefined) found.add(name as string)
    else fault(raw, `dependsOn[${i}]`, problem)
  }
  return [...found]
}

function problemOf({ value, scope }: RawTask, name: unknown): string | undefined {
  if (typeof name !== 'string') return 'must be the name of a task'
  if (name === value.name) return 'must not be the task itself'
  return scope.places.has(name) ? undefined : scope.problemOutside(name)
}

/** The task whose output a task receives: one it depends on. */
export function readResultFrom(raw: RawTask, dependsOn: readonly string[]): string | undefined {
  if (!has(raw, 'resultFrom') || raw.value.resultFrom === '') return undefined
  return readDependency(raw, 'resultFrom', { name: raw.value.resultFrom, dependsOn })
}

/** A field that names one of the tasks this one depends on. */
export function readDependency(
  raw: RawTask,
  member: string,
  { name, dependsOn }: { readonly name: unknown; readonly dependsOn: readonly string[] },
): string | undefined {
  const problem = problemOf(raw, name)
  if (problem !== undefined) return fault(raw, member, problem)
  if (dependsOn.includes(name as string)) return name as string
  return fault(raw, member, `must be one of dependsOn, but ${JSON.stringify(name)} is not`)
}
