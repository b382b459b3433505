import type { SkippedTimes, SkipReason } from '@dureq/types'
import type { DraftOutcome } from './recurring-firings.ts'

/**
 * The records of times one step passes over, in their order: what was planned, and what the overlap policy refuses, of
 * which those in a row are one record.
 */
export function skipRecords(
  planned: readonly SkippedTimes[],
  outcomes: readonly DraftOutcome[],
): readonly SkippedTimes[] {
  const records: SkippedTimes[] = []
  let open: SkippedTimes | undefined
  for (const { at, reason } of outcomes) {
    if (reason === undefined) open = undefined
    else if (open?.reason === reason && !liesBetween(planned, open.to, at)) {
      open = { ...open, to: at, count: open.count + 1 }
      records[records.length - 1] = open
    } else {
      open = { from: at, to: at, count: 1, reason }
      records.push(open)
    }
  }
  return [...planned, ...records].sort((a, b) => a.from - b.from)
}

function liesBetween(planned: readonly SkippedTimes[], after: number, before: number): boolean {
  return planned.some(({ from }) => from > after && from < before)
}

/** The reasons of records, each once. */
export function reasonsOf(records: readonly SkippedTimes[]): ReadonlySet<SkipReason> {
  return new Set(records.map(({ reason }) => reason))
}
