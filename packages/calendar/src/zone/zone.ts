import type { OffsetReader } from './offset-reader.ts'

/** A stretch of time in which the clocks of a zone are not changed. All times are in whole seconds. */
export interface Period {
  /** Its first second, as epoch seconds. */
  readonly from: number
  /** The first second that is no longer in it. */
  readonly until: number
  /** How far the clocks are ahead of UTC. */
  readonly offset: number
  /** How far they were before `from`; `offset` itself when the period is only a part of a longer one. */
  readonly offsetBefore: number
  /** How far they are from `until` on; `offset` itself when the period is only a part of a longer one. */
  readonly offsetAfter: number
}

/** The clocks of a place. */
export interface Zone {
  /** The period a moment lies in, in epoch seconds. */
  periodAt(at: number): Period
}

/** The zone whose clocks are never changed. */
export const utc: Zone = { periodAt: () => utcPeriod }

const utcPeriod: Period = { from: -Infinity, until: Infinity, offset: 0, offsetBefore: 0, offsetAfter: 0 }

/** How far apart looks at the clocks are: two changes were never closer than a week since 1970. */
const stepSeconds = 4 * 86_400

/** How much is looked at in one go, at least. */
const chunkSeconds = 400 * 86_400

/**
 * How far from the end of what has been looked at a period ends at the latest. More than any change of the clocks,
 * so that the hours which a change removes or repeats are never split from it.
 */
const marginSeconds = 2 * 86_400

/** The zone whose clocks the reader reads. It remembers the changes of the years it has been asked about. */
export function createZone(offsetAt: OffsetReader): Zone {
  let scannedFrom = 0
  let scannedUntil = 0
  /** The changes in between, ascending; offsets[i] holds before changes[i], the last one after all of them. */
  const changes: number[] = []
  const offsets: number[] = []

  const scanForward = (target: number): void => {
    for (let at = scannedUntil; at < target; at += stepSeconds) {
      const offset = offsetAt(at + stepSeconds)
      if (offset !== offsets.at(-1)) {
        changes.push(findChange(offsetAt, at, at + stepSeconds))
        offsets.push(offset)
      }
      scannedUntil = at + stepSeconds
    }
  }
  const scanBackward = (target: number): void => {
    for (let at = scannedFrom; at > target; at -= stepSeconds) {
      const offset = offsetAt(at - stepSeconds)
      if (offset !== offsets[0]) {
        changes.unshift(findChange(offsetAt, at - stepSeconds, at))
        offsets.unshift(offset)
      }
      scannedFrom = at - stepSeconds
    }
  }
  const scanAround = (at: number): void => {
    if (offsets.length === 0) {
      scannedFrom = scannedUntil = Math.floor(at / stepSeconds) * stepSeconds
      offsets.push(offsetAt(scannedFrom))
    }
    if (at >= scannedUntil - marginSeconds) scanForward(at + marginSeconds + chunkSeconds)
    if (at < scannedFrom + marginSeconds) scanBackward(at - marginSeconds - chunkSeconds)
  }
  return {
    periodAt(at) {
      scanAround(at)
      const index = countUpTo(changes, at)
      const offset = offsets[index] ?? 0
      return {
        from: changes[index - 1] ?? scannedFrom + marginSeconds,
        until: changes[index] ?? scannedUntil - marginSeconds,
        offset,
        offsetBefore: offsets[index - 1] ?? offset,
        offsetAfter: offsets[index + 1] ?? offset,
      }
    },
  }
}

/** The first second with the offset of `to`, after `from`, which has another. */
function findChange(offsetAt: OffsetReader, from: number, to: number): number {
  const offset = offsetAt(to)
  let [before, after] = [from, to]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (offsetAt(middle) === offset) after = middle
    else before = middle
  }
  return after
}

/** How many of the ascending numbers are not greater than `at`. */
function countUpTo(numbers: readonly number[], at: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  return low
}
