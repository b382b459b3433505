import type { Marks } from './marks.ts'

/** The marks with every number made greater by `by`. */
export function shifted(marks: Marks, by: number): Marks {
  const back = (found: number | undefined): number | undefined => (found === undefined ? found : found + by)
  return {
    onOrAfter: (at) => back(marks.onOrAfter(at - by)),
    onOrBefore: (at) => back(marks.onOrBefore(at - by)),
    count: (from, to) => marks.count(from - by, to - by),
  }
}
