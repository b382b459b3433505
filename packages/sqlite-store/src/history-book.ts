import { type Firing, type RunRecord, utcDay } from '@dureq/types'
import { dueClass, recurringStatusCode, retainedClasses } from './codes.ts'
import { dueOf } from './firing-columns.ts'
import { runNumber } from './run-archive.ts'
import type { Step } from './step.ts'
import { isOfRecurring, type StoredFiring } from './stored-firing.ts'
import { createTallyChanges, readExcess, tallyKind } from './tallies.ts'

/** What one step adds to the history: finished runs, ends, and how many of each there are. */
export interface HistoryBook {
  /** A firing has moved, and a run of it ended where that is given. */
  follow(step: Step, stored: StoredFiring, before: Firing, finished?: RunRecord): void
  /** The lease of a firing has expired and is taken back. */
  reclaimed(step: Step): void
  /** An ended firing is about to be removed. */
  removed(step: Step, stored: StoredFiring): void
  /** Writes what was collected, so that queries find it. */
  flush(step: Step): void
}

type RunEntry = readonly [seq: number, n: number, at: number]

const insertRunsSql = `INSERT OR IGNORE INTO finished_runs (seq, n, at)
  SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`
const insertQuietSql = 'INSERT OR IGNORE INTO quiet_ends (seq) SELECT value FROM json_each(?)'
const deleteQuietSql = 'DELETE FROM quiet_ends WHERE seq IN (SELECT value FROM json_each(?))'

/** The history of one step. */
export function createHistoryBook(): HistoryBook {
  const tallies = createTallyChanges()
  /** Runs that did not end their firing, by the number of that. */
  const runs = new Map<number, RunEntry[]>()
  /** Firings that have ended without a run, or, if false, not any more. */
  const quiet = new Map<number, boolean>()

  const noteRun = ({ seq }: StoredFiring, { id, finishedAt = 0 }: RunRecord): void => {
    const entry: RunEntry = [seq, runNumber(id), finishedAt]
    const known = runs.get(seq)
    if (known === undefined) runs.set(seq, [entry])
    else known.push(entry)
  }
  const countRun = (now: number, { status }: RunRecord, isAttempt: boolean): void => {
    if (status === 'succeeded') tallies.add(tallyKind.processed, utcDay(now), 1)
    else if (isAttempt && status !== 'cancelled') tallies.add(tallyKind.failed, utcDay(now), 1)
  }
  const countEnd = (step: Step, stored: StoredFiring, firing: Firing, by: 1 | -1): void => {
    const kept = dueOf(firing)?.class
    if (kept !== undefined && isKeptClass(kept)) tallies.add(tallyKind.kept, kept, by)
    if (!isOfRecurring(stored)) return
    step.counts.addFirings(firing.job.taskType, recurringStatusCode(firing.status), by)
  }
  const writeQuiet = ({ db }: Step): void => {
    const of = (isQuiet: boolean): number[] =>
      [...quiet].flatMap(([seq, each]) => (each === isQuiet ? [seq] : []))
    const [added, gone] = [of(true), of(false)]
    if (added.length > 0) db.run(insertQuietSql, [JSON.stringify(added)])
    if (gone.length > 0) db.run(deleteQuietSql, [JSON.stringify(gone)])
    quiet.clear()
  }
  return {
    follow(step, stored, before, finished) {
      const { firing, seq, lastRun } = stored
      const hasEnded = firing.place.kind === 'ended'
      if (finished !== undefined) {
        countRun(step.now, finished, firing.attempt > before.attempt)
        if (!hasEnded) noteRun(stored, finished)
      }
      if (before.place.kind === 'ended') {
        countEnd(step, stored, before, -1)
        // From now on the run that ended it is found as those that did not.
        if (lastRun !== undefined) noteRun(stored, lastRun)
        quiet.set(seq, false)
      }
      if (!hasEnded) return
      countEnd(step, stored, firing, 1)
      if (finished === undefined) quiet.set(seq, true)
    },
    reclaimed: ({ now }) => tallies.add(tallyKind.reclaimed, utcDay(now), 1),
    removed(step, stored) {
      countEnd(step, stored, stored.firing, -1)
      runs.delete(stored.seq)
      if (quiet.has(stored.seq)) quiet.set(stored.seq, false)
    },
    flush(step) {
      if (runs.size > 0) step.db.run(insertRunsSql, [JSON.stringify([...runs.values()].flat())])
      runs.clear()
      if (quiet.size > 0) writeQuiet(step)
      tallies.flush(step.db)
      // What is too much now is due at once.
      if (readExcess(step.db, step.retention).length > 0) {
        step.news.dueAt = Math.min(step.news.dueAt, step.now)
      }
    },
  }
}

function isKeptClass(code: number): boolean {
  return retainedClasses.some((status) => dueClass[status] === code)
}
