import { type ConditionRoutes, isPlainObject } from '@dureq/types'
import { fault, has, type RawTask } from './raw-task.ts'

/** The routes of a condition or `wait`. Where they lead is looked at with all tasks together. */
export function readRoutes(raw: RawTask): ConditionRoutes | undefined {
  const { conditionRoutes: routes } = raw.value
  if (raw.kind !== 'condition' && !has(raw, 'conditionRoutes')) return undefined
  if (routes === undefined) return fault(raw, 'conditionRoutes', 'must be given')
  if (!isPlainObject(routes)) return fault(raw, 'conditionRoutes', 'must be an object of names of tasks')
  const keys = Object.keys(routes)
  if (keys.length === 0) return fault(raw, 'conditionRoutes', 'must have one route at least')
  const read: Record<number, string> = {}
  const targets = new Set<unknown>()
  for (const key of keys) {
    const target = routes[key]
    if (!raw.reading.room.take(key.length + 5)) break
    const problem = problemOfKey(raw, key) ?? problemOfTarget(raw, target, targets.has(target))
    if (problem !== undefined) fault(raw, `conditionRoutes[${JSON.stringify(key)}]`, problem)
    else read[Number(key)] = target as string
    targets.add(target)
  }
  return read
}

function problemOfKey({ kind }: RawTask, key: string): string | undefined {
  if (!/^(?:0|[1-9]\d*)$/.test(key) || !Number.isSafeInteger(Number(key))) {
    return 'must have a whole number of 0 or more as its key'
  }
  if (kind === 'wait' && Number(key) > 1) return 'must be route 0 (the signal came) or 1 (the time is over)'
  return undefined
}

/** A route goes to a task of the same list: tasks outside it are neither its dependants nor part of its round. */
function problemOfTarget({ scope }: RawTask, target: unknown, isTaken: boolean): string | undefined {
  if (typeof target !== 'string') return 'must be the name of a task'
  if (isTaken) return `leads to ${JSON.stringify(target)}, as another route does`
  if (scope.places.has(target)) return undefined
  const isOutside = scope.behind !== undefined && scope.problemOutside(target) === undefined
  return `${JSON.stringify(target)} is ${isOutside ? 'not one of the added tasks' : 'no task'}`
}
