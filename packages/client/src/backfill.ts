import { firingsBetween } from '@dureq/calendar'
import type { Actor, FiringOutcome, StoredSchedule } from '@dureq/types'
import { changeSchedule } from './change-schedule.ts'
import type { ClientCore } from './core.ts'

/** What became of the times of a backfill: how many of each. */
export interface BackfillReport {
  /** Fired. */
  readonly created: number
  /** Fired and held back by the overlap policy until others have ended. */
  readonly held: number
  /** Passed over by the overlap policy. */
  readonly skipped: number
  /** There was a firing already; it stays as it is. */
  readonly existing: number
}

/** Times of one call of the store. */
const PIECE = 200

/** Reads the schedule as it is now. */
export type ReadSchedule = () => Promise<StoredSchedule>

/** Creates the firings of a range, piece by piece. A schedule that is changed meanwhile goes on as it is from then on. */
export async function backfillRange(
  core: ClientCore,
  read: ReadSchedule,
  { from, to, ...by }: { readonly from: number; readonly to: number; readonly by?: Actor },
): Promise<BackfillReport> {
  const report = { created: 0, held: 0, skipped: 0, existing: 0 }
  // One order, however many pieces: its trail has room for few.
  let noted = by
  for (let done = from - 1; ; ) {
    core.life.signal.throwIfAborted()
    const entry = await read()
    const times = nextPiece(entry, done, to)
    const last = times.at(-1)
    if (last === undefined) return report
    const changed = await changeSchedule(core, { verb: 'backfill', jobId: entry.jobId, times, ...noted })
    // The schedule was changed between the two calls, so that these times have become its own: look again.
    if (changed.kind !== 'done') continue
    noted = {}
    count(changed.firings, report)
    done = last
  }
}

/** The times after `done` that the schedule itself will not fire. */
function nextPiece(
  { schedule, anchorAt, next }: StoredSchedule,
  done: number,
  to: number,
): readonly number[] {
  const end = next === undefined ? to : Math.min(to, next.nextRunAt - 1)
  return end <= done ? [] : firingsBetween(schedule, done, end, PIECE, { anchorAt })
}

type Counts = { -readonly [Name in keyof BackfillReport]: number }

function count(firings: readonly FiringOutcome[], counts: Counts): void {
  for (const { kind } of firings) counts[kind]++
}
