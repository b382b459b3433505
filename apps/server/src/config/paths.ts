import { isPlainObject } from '@dureq/types'

/** A configuration as it was given, by group and name. */
export type Given = Record<string, unknown>

/** What stands at a path such as `redis.url`; undefined where nothing does. */
export function getPath(given: object, path: string): unknown {
  let here: unknown = given
  for (const name of path.split('.')) here = isGroup(here) ? here[name] : undefined
  return here
}

/** Puts a value at a path, in groups that are made where they are missing. */
export function setPath(given: Given, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() ?? path
  let here = given
  for (const name of names) {
    const next = here[name]
    here = isGroup(next) ? next : ((here[name] = {}) as Given)
  }
  here[last] = value
}

function isGroup(value: unknown): value is Given {
  return isPlainObject(value)
}
