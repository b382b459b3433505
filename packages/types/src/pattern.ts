/**
 * Whether a handler name is a pattern. One that ends in `*` takes every task type that begins with what stands
 * before that last star; a star elsewhere is an ordinary character, and so are dots (semantics 12.2).
 */
export function isPattern(name: string): boolean {
  return name.endsWith('*')
}

/** Whether a handler of this name takes the task type. Case counts: `email.*` takes `email.a.b`, not `email`. */
export function takesTaskType(name: string, taskType: string): boolean {
  return isPattern(name) ? taskType.startsWith(prefixOf(name)) : name === taskType
}

/**
 * Which of several handlers takes a task type: the one of exactly that name, else the pattern with the longest
 * prefix; undefined when none does. Looks at every name: keep a `createMatcher` where it is asked often.
 */
export function matchHandler(names: Iterable<string>, taskType: string): string | undefined {
  let best: string | undefined
  for (const name of names) {
    if (name === taskType && !isPattern(name)) return name
    if (isPattern(name) && takesTaskType(name, taskType) && name.length > (best?.length ?? 0)) best = name
  }
  return best
}

/** `matchHandler` over a fixed set of names, prepared once. */
export function createMatcher(names: Iterable<string>): (taskType: string) => string | undefined {
  const all = [...names]
  const exact = new Set(all.filter((name) => !isPattern(name)))
  const patterns = all.filter(isPattern).sort((a, b) => b.length - a.length)
  return (taskType) =>
    exact.has(taskType) ? taskType : patterns.find((pattern) => taskType.startsWith(prefixOf(pattern)))
}

function prefixOf(pattern: string): string {
  return pattern.slice(0, -1)
}
