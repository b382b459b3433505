import { type CallKey, SupersededError } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { Recall } from './recall.ts'

/** Lanes silent for this long are forgotten. */
export const LANE_MS: number = 10 * 60 * 1000

/** How far a call has come: how many of its items are done, and the notes its answer is made from. */
export interface Progress<Note> {
  readonly done: number
  readonly notes: readonly Note[]
}

const untouched: Progress<never> = { done: 0, notes: [] }

/** Through what lanes are read: a step, or a connection outside of one. */
export interface LaneReader {
  readonly db: Connection
  readonly recall?: Pick<Recall, 'lanes'>
}

/** Names a lane. */
function laneName({ caller, lane }: CallKey): string {
  return `${caller}.${lane}`
}

/**
 * How far a call had come before: nothing done when it is new.
 *
 * @throws SupersededError when a later call of its lane is known.
 */
export function readLane<Note>({ db, recall }: LaneReader, call: CallKey): Progress<Note> {
  const { caller, lane, number } = call
  if ((recall?.lanes.get(laneName(call)) ?? number) < number) return untouched
  const row = db.get('SELECT number, done, notes FROM lanes WHERE caller = ? AND lane = ?', [caller, lane])
  if (row === undefined) return untouched
  const [last, done, notes] = row as readonly [number, number, string]
  if (last > number) throw new SupersededError()
  return last < number ? untouched : { done, notes: JSON.parse(notes) as Note[] }
}

/** In what lanes are written: a step. */
interface LaneWriter extends Required<LaneReader> {
  readonly now: number
}

/** Notes how far a call has come. */
export function writeLane({ db, recall, now }: LaneWriter, call: CallKey, progress: Progress<unknown>): void {
  const { caller, lane, number } = call
  recall.lanes.set(laneName(call), number)
  db.run('INSERT OR REPLACE INTO lanes (caller, lane, number, done, notes, at) VALUES (?, ?, ?, ?, ?, ?)', [
    caller,
    lane,
    number,
    progress.done,
    JSON.stringify(progress.notes),
    now,
  ])
}

/** Forgets up to `limit` lanes that were silent for ten minutes; answers with how many. */
export function forgetLanes({ db, recall, now }: LaneWriter, limit: number): number {
  const silent = 'SELECT caller, lane FROM lanes WHERE at <= ? ORDER BY at LIMIT ?'
  const forgotten = db.run(`DELETE FROM lanes WHERE (caller, lane) IN (${silent})`, [now - LANE_MS, limit])
  if (forgotten > 0) recall.lanes.clear()
  return forgotten
}

/**
 * The calls that changed nothing, so that not even their number was written: kept in memory, where a repeat comes
 * from too, since a caller is one process.
 */
export interface QuietCalls {
  /**
   * Passes when no later quiet call of the lane is known.
   *
   * @throws SupersededError when one is.
   */
  check(call: CallKey): void
  /** Whether this call is known to have changed nothing. */
  isKnown(call: CallKey): boolean
  note(call: CallKey, now: number): void
}

/** An empty memory of quiet calls. */
export function createQuietCalls(): QuietCalls {
  // In the order in which they were noted, so that the silent ones come first.
  const lanes = new Map<string, { readonly number: number; readonly at: number }>()
  return {
    check(call) {
      if ((lanes.get(laneName(call))?.number ?? -1) > call.number) throw new SupersededError()
    },
    isKnown: (call) => lanes.get(laneName(call))?.number === call.number,
    note(call, now) {
      lanes.delete(laneName(call))
      lanes.set(laneName(call), { number: call.number, at: now })
      for (const [key, { at }] of lanes) {
        if (at > now - LANE_MS) break
        lanes.delete(key)
      }
    },
  }
}
