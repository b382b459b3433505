import type { Marks } from './marks.ts'

/** Every so many numbers, through `anchor`, in both directions without end. `every` is 1 or more. */
export function stride(anchor: number, every: number): Marks {
  const below = (at: number): number => Math.ceil((at - anchor) / every)
  return {
    onOrAfter: (at) => anchor + below(at) * every,
    onOrBefore: (at) => anchor + Math.floor((at - anchor) / every) * every,
    count: (from, to) => below(to) - below(from),
  }
}
