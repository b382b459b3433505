/** An object type whose members that may be undefined are optional instead. */
export type Present<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K]
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The object without its undefined members, as exact optional properties ask for. */
export function present<T extends object>(object: T): Present<T> {
  const kept: Record<string, unknown> = {}
  for (const name of Object.keys(object)) {
    const value = (object as Record<string, unknown>)[name]
    if (value !== undefined) kept[name] = value
  }
  return kept as Present<T>
}
