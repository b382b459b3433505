import type { PausedSpan } from '@dureq/types'
import type { Range } from './times.ts'

/** A part of a range in which the schedule was paused throughout, or not at all. */
export interface Stretch extends Range {
  readonly paused: boolean
}

/** Cuts a range where pausing began and ended, oldest first. Spans do not overlap and are in order. */
export function stretchesOf(range: Range, spans: readonly PausedSpan[]): readonly Stretch[] {
  const stretches: Stretch[] = []
  const add = (from: number, to: number, paused: boolean): void => {
    if (from <= to) stretches.push({ from, to, paused })
  }
  let from = range.from
  for (const span of spans) {
    const begin = Math.max(span.from, from)
    const end = Math.min(span.to ?? range.to, range.to)
    if (begin > end) continue
    add(from, begin - 1, false)
    add(begin, end, true)
    from = end + 1
  }
  add(from, range.to, false)
  return stretches
}
