import { taskPartName } from '@dureq/dag'
import type { LoadedOf } from './open-case.ts'

/**
 * The unknown parts of the tasks that come after those of some parts, nearest first: what a step that goes on and on, as
 * when a long branch is left out, will ask for next. Only tasks of the definition are looked at.
 */
export function partsAhead(
  { graph, parts }: Pick<LoadedOf, 'graph' | 'parts'>,
  of: readonly string[],
  most: number,
): readonly string[] {
  const prefix = taskPartName('')
  const seen = new Set(of)
  const queue = [...of]
  const found: string[] = []
  for (const name of queue) {
    if (!name.startsWith(prefix)) continue
    for (const task of graph.dependants(name.slice(prefix.length))) {
      if (found.length >= most) return found
      const next = taskPartName(task)
      if (seen.has(next)) continue
      seen.add(next)
      queue.push(next)
      if (parts.get(next) === undefined) found.push(next)
    }
  }
  return found
}
