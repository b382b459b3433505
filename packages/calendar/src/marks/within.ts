import type { Marks } from './marks.ts'

/** The marks from `first` to `last`, both included. */
export function within(marks: Marks, first: number, last: number): Marks {
  return {
    onOrAfter(at) {
      const start = Math.max(at, first)
      const found = start <= last ? marks.onOrAfter(start) : undefined
      return found !== undefined && found <= last ? found : undefined
    },
    onOrBefore(at) {
      const start = Math.min(at, last)
      const found = start >= first ? marks.onOrBefore(start) : undefined
      return found !== undefined && found >= first ? found : undefined
    },
    count(from, to) {
      const start = Math.max(from, first)
      const past = Math.min(to, last + 1)
      return start < past ? marks.count(start, past) : 0
    },
  }
}
