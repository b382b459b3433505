import type { Space } from '../space.ts'

/** What this process knows of when the next schedule is due. */
export interface KnownDue {
  /** It was told so by a look at what is due; undefined: that there is none. */
  tell(nextAt: number | undefined): void
  /**
   * Notes that a node waits for schedules for so long. When that is new, says whether one is due earlier by now than was
   * known: a step before the note did not know whom to tell.
   */
  expect(nodeId: string, timeoutMs: number): Promise<boolean>
}

/** How long a waiter is told of schedules after its wait was to end: it comes again. */
const EXPECTED_MS = 60_000

/** Nothing is known until the first look. */
export function createKnownDue(space: Space): KnownDue {
  let known = Number.NEGATIVE_INFINITY
  return {
    tell(nextAt = Number.POSITIVE_INFINITY) {
      known = nextAt
    },

    async expect(nodeId, timeoutMs) {
      const found = await Promise.all(
        space.partitions.map(async (partition) => {
          const waiter = partition === space.first ? nodeId : ''
          const reply = await space.run('expect', { partition, args: [waiter, timeoutMs + EXPECTED_MS] })
          const [noted, at] = reply as [string, string]
          return { noted: noted === '1', at: at === '' ? Number.POSITIVE_INFINITY : Number(at) }
        }),
      )
      return !found.some(({ noted }) => noted) && found.some(({ at }) => at < known)
    },
  }
}
