import type { KeySetting } from '@dureq/types'
import { type Bucket, nextStart, startsIn } from './bucket.ts'
import type { Connection } from './connection.ts'

/** What is known of a concurrency key. */
export interface KeyState {
  readonly key: string
  /** The limit the newest enqueue has stated; null for none. */
  stated: number | null
  /** One-shot jobs and firings with it that have not ended. */
  jobs: number
  /** Recurring jobs with it that have not ended. */
  kept: number
  /** Leases that hold a slot. */
  running: number
  /** Lines parked there. */
  parked: number
  bucket: Bucket | undefined
  throttledUntil: number | null
  wakeAt: number | null
}

/** The rules of keys, and the time. */
export interface KeyTerms {
  readonly now: number
  /** What an operator has set. */
  setting(key: string): KeySetting | undefined
}

/** How many jobs of a key run at once when nobody says. */
export const DEFAULT_LIMIT = 1

/** The limit of a key: that of an operator wins. */
export function limitOf(state: KeyState | undefined, setting: KeySetting | undefined): number | undefined {
  const isKnown = state !== undefined && state.jobs + state.kept > 0
  return setting?.maxConcurrency ?? state?.stated ?? (isKnown ? DEFAULT_LIMIT : undefined)
}

/** The columns of a key. */
export const keyColumns: string =
  'key, stated, jobs, kept, running, parked, tokens, filled_at, throttled_until, wake_at'

/** Whether a key has room for one more: not until a slot is free, or until an instant. */
type Room = 'open' | 'full' | { readonly until: number }

/** Whether one more may start with a key, as far as that key goes. */
export function roomOf(state: KeyState, { now, setting }: KeyTerms): Room {
  const rule = setting(state.key)
  if (state.running >= (rule?.maxConcurrency ?? state.stated ?? DEFAULT_LIMIT)) return 'full'
  const token =
    rule?.rateLimit === undefined || startsIn(state.bucket, rule, now) > 0
      ? 0
      : (nextStart(state.bucket, rule, now) ?? 0)
  const until = Math.max(token, state.throttledUntil ?? 0)
  return until > now ? { until } : 'open'
}

/** Whether nothing need be remembered of a key. */
export function isIdle({ jobs, kept, wakeAt }: KeyState): boolean {
  return jobs + kept === 0 && wakeAt === null
}

/** A row of `keyColumns`. */
export type KeyRow = readonly [
  key: string,
  stated: number | null,
  jobs: number,
  kept: number,
  running: number,
  parked: number,
  tokens: number | null,
  filledAt: number | null,
  throttledUntil: number | null,
  wakeAt: number | null,
]

/** The key of a row. */
export function stateOfRow([
  key,
  stated,
  jobs,
  kept,
  running,
  parked,
  tokens,
  at,
  throttledUntil,
  wakeAt,
]: KeyRow): KeyState {
  const bucket = tokens === null ? undefined : { tokens, at: at ?? 0 }
  return { key, stated, jobs, kept, running, parked, bucket, throttledUntil, wakeAt }
}

/** The row of a key. */
export function rowOf(state: KeyState): KeyRow {
  const { key, stated, jobs, kept, running, parked, bucket, throttledUntil, wakeAt } = state
  return [
    key,
    stated,
    jobs,
    kept,
    running,
    parked,
    bucket?.tokens ?? null,
    bucket?.at ?? null,
    throttledUntil,
    wakeAt,
  ]
}

/** A key nothing is known of. */
export function newState(key: string): KeyState {
  return {
    key,
    stated: null,
    jobs: 0,
    kept: 0,
    running: 0,
    parked: 0,
    bucket: undefined,
    throttledUntil: null,
    wakeAt: null,
  }
}

/** A key as it is stored; undefined when nothing is known of it. */
export function readKey(db: Connection, key: string): KeyState | undefined {
  const row = db.get(`SELECT ${keyColumns} FROM concurrency_keys WHERE key = ?`, [key])
  return row && stateOfRow(row as unknown as KeyRow)
}
