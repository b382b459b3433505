import { ValidationError } from '@dureq/types'

/**
 * The way to a value inside a payload: the names of members and places in lists, as `['orders', 0, 'id']`; or a text:
 * `customer.id`, `$.orders[0].id`, `["a.b"].c`. `$`, an empty text or list mean the payload as a whole.
 */
export type ValuePath = string | readonly (string | number)[]

/** Most members and places of one path. */
const MAX_PATH = 32

/** One step of a path: a name after a dot (which the first may lack), a place or a quoted name in brackets. */
const step = /\.?([^.[\]"]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]/y

/**
 * The members and places on the way.
 *
 * @throws ValidationError when it is no path, or too long a one.
 */
export function readValuePath(path: ValuePath): readonly (string | number)[] {
  const steps = typeof path === 'string' ? parsePath(path) : path
  if (!Array.isArray(steps) || !steps.every(isStep))
    throw fault('must be names of members and places in lists')
  if (steps.length > MAX_PATH) throw fault(`must not be longer than ${MAX_PATH}`)
  return steps
}

function isStep(value: unknown): boolean {
  return typeof value === 'string' || (Number.isInteger(value) && (value as number) >= 0)
}

function parsePath(text: string): readonly (string | number)[] | undefined {
  const rest = text.replace(/^\$(?=$|[.[])/, '')
  const steps: (string | number)[] = []
  step.lastIndex = 0
  for (let at = 0; at < rest.length; at = step.lastIndex) {
    step.lastIndex = at
    const found = step.exec(rest)
    const isDotted = rest[at] === '.'
    if (found === null || (at > 0 && found[1] !== undefined && !isDotted)) return undefined
    const parsed = stepOf(found)
    if (parsed === undefined) return undefined
    steps.push(parsed)
  }
  return steps
}

function stepOf([, name, place, quoted]: RegExpExecArray): string | number | undefined {
  if (name !== undefined) return name
  if (place !== undefined) return Number(place)
  try {
    return JSON.parse(quoted ?? '') as string
  } catch {
    return undefined // an escape JSON does not have
  }
}

function fault(problem: string): ValidationError {
  return new ValidationError([{ field: 'path', problem }])
}
