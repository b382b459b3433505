import { wallOf } from './wall-clock.ts'

/** A change of the clocks. Offsets are milliseconds ahead of UTC. */
export interface ClockChange {
  /** The first moment with the new offset. */
  readonly at: number
  readonly before: number
  readonly after: number
}

const hour = 3_600_000
const known = new Map<string, readonly ClockChange[]>()

/** Every change of a zone's clocks from 2024 to 2030, found by looking at them every six hours. */
export function clockChanges(zone: string): readonly ClockChange[] {
  const found = known.get(zone) ?? scan(zone)
  known.set(zone, found)
  return found
}

function scan(zone: string): readonly ClockChange[] {
  const changes: ClockChange[] = []
  const offsetAt = (at: number): number => wallOf(zone, at) - at
  const end = Date.UTC(2031, 0, 1)
  let before = offsetAt(Date.UTC(2024, 0, 1))
  for (let at = Date.UTC(2024, 0, 1); at < end; at += 6 * hour) {
    const after = offsetAt(at)
    if (after === before) continue
    let [low, high] = [at - 6 * hour, at]
    while (high - low > 1_000) {
      const middle = Math.floor((low + high) / 2_000) * 1_000
      if (offsetAt(middle) === after) high = middle
      else low = middle
    }
    changes.push({ at: high, before, after })
    before = after
  }
  return changes
}
