/** Which methods the paths of an application have. */
export interface MethodTable {
  /** Notes the methods of a path pattern such as `/api/jobs/:id`. */
  add(pattern: string, methods: readonly string[]): void
  /** The methods of the patterns a path fits, in alphabetical order; none when it fits none. */
  of(path: string): readonly string[]
}

interface Entry {
  readonly pattern: readonly string[]
  readonly methods: readonly string[]
}

/** An empty table. */
export function createMethodTable(): MethodTable {
  const entries: Entry[] = []
  return {
    add: (pattern, methods) => entries.push({ pattern: pattern.split('/'), methods }),
    of(path) {
      const segments = path.split('/')
      const fitting = entries.filter(({ pattern }) => fits(pattern, segments))
      return [...new Set(fitting.flatMap(({ methods }) => methods))].sort()
    },
  }
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  const fit = (part: string, i: number): boolean =>
    part === segments[i] || (part.startsWith(':') && segments[i] !== '')
  return pattern.length === segments.length && pattern.every(fit)
}
