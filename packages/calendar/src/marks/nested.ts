import { isMark, type Marks } from './marks.ts'

/**
 * Marks within marks, such as seconds of a day within days: every `outer * size + inner`. `inner` has marks from 0
 * to `size - 1`, one at least.
 */
export function nested(outer: Marks, size: number, inner: Marks): Marks {
  const perOuter = inner.count(0, size)
  const first = inner.onOrAfter(0) ?? 0
  const last = inner.onOrBefore(size - 1) ?? 0

  /** How many marks the outer number `at` falls into has before `at`. */
  const begun = (at: number): number => {
    const whole = Math.floor(at / size)
    return isMark(outer, whole) ? inner.count(0, at - whole * size) : 0
  }
  return {
    onOrAfter(at) {
      const whole = Math.floor(at / size)
      let found = outer.onOrAfter(whole)
      if (found === whole) {
        const rest = inner.onOrAfter(at - whole * size)
        if (rest !== undefined) return whole * size + rest
        found = outer.onOrAfter(whole + 1)
      }
      return found === undefined ? undefined : found * size + first
    },
    onOrBefore(at) {
      const whole = Math.floor(at / size)
      let found = outer.onOrBefore(whole)
      if (found === whole) {
        const rest = inner.onOrBefore(at - whole * size)
        if (rest !== undefined) return whole * size + rest
        found = outer.onOrBefore(whole - 1)
      }
      return found === undefined ? undefined : found * size + last
    },
    count: (from, to) =>
      outer.count(Math.floor(from / size), Math.floor(to / size)) * perOuter + begun(to) - begun(from),
  }
}
