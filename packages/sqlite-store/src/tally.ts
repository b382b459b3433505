import type { JobStatus } from '@dureq/types'
import { FIRST_END, type Standing, standingCode } from './standing.ts'

/** How many firings of a recurring job stand where, and which of them its record shows. */
export interface Tally {
  /** By the code of the standing. */
  readonly counts: number[]
  /** Firing time of the newest. */
  newestAt: number | null
  /** Firing time of the newest that has run. */
  ranAt: number | null
}

/** The tally of a job without firings. */
export function emptyTally(): Tally {
  return {
    counts: Array.from({ length: standingCode('cancelled') + 1 }, () => 0),
    newestAt: null,
    ranAt: null,
  }
}

/** How many firings stand there. */
export function countOf({ counts }: Tally, standing: Standing): number {
  return counts[standingCode(standing)] as number
}

/** How many have not ended. */
export function unfinishedOf({ counts }: Tally): number {
  return sum(counts.slice(0, FIRST_END))
}

/** How many are kept, ended or not. */
export function keptOf({ counts }: Tally): number {
  return sum(counts)
}

/** Counts a firing that comes to stand somewhere, or that leaves. */
export function tallyOne({ counts }: Tally, standing: Standing, by: 1 | -1): void {
  counts[standingCode(standing)] = (counts[standingCode(standing)] as number) + by
}

/** The status of a job that has not ended, as its firings decide it. */
export function statusByTally(tally: Tally): JobStatus {
  if (countOf(tally, 'leased') > 0) return 'running'
  if (countOf(tally, 'retrying') > 0) return 'retrying'
  return unfinishedOf(tally) > 0 ? 'pending' : 'scheduled'
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
