import type { Marks } from './marks.ts'

/** The numbers of a list, which must be ascending; `inOrder` makes it so. */
export function listed(values: readonly number[]): Marks {
  const below = (at: number): number => {
    const index = values.findIndex((value) => value >= at)
    return index === -1 ? values.length : index
  }
  return {
    onOrAfter: (at) => values.find((value) => value >= at),
    onOrBefore: (at) => values.findLast((value) => value <= at),
    count: (from, to) => below(to) - below(from),
  }
}

/** The different numbers of a list, ascending. */
export function inOrder(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}
