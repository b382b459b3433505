import type { ConcurrencyKey } from '@dureq/types'
import { batchSql, listSql, runBatch, runList, selectList } from './batch.ts'
import { fullAt, takeFrom } from './bucket.ts'
import type { Connection, SqlValue } from './connection.ts'
import type { ParkedKey } from './key-lines.ts'
import {
  DEFAULT_LIMIT,
  isIdle,
  type KeyRow,
  type KeyState,
  type KeyTerms,
  keyColumns,
  newState,
  roomOf,
  rowOf,
  stateOfRow,
} from './key-state.ts'
import type { KeyRooms } from './line-book.ts'

/** More keys than this are not kept in memory from step to step. */
const MOST_KNOWN = 20_000

const byKeySql = listSql((list) => `SELECT ${keyColumns} FROM concurrency_keys WHERE key IN ${list}`)
const deleteSql = listSql((list) => `DELETE FROM concurrency_keys WHERE key IN ${list}`)
const saveSql = batchSql({
  width: 10,
  sql: (rows) => `INSERT OR REPLACE INTO concurrency_keys (${keyColumns}) VALUES ${rows}`,
})

/** The concurrency keys steps work with. Each is read when it is needed, and written once a step. */
export class KeyBook implements KeyRooms {
  readonly #db: Connection
  readonly #known = new Map<string, KeyState>()
  readonly #changed = new Set<KeyState>()
  /** Keys that may have room for more than was known. */
  readonly #unsettled = new Set<string>()
  /** The first instant written since the last flush at which time alone changes something. */
  #wakesAt = Number.POSITIVE_INFINITY

  constructor(db: Connection) {
    this.#db = db
  }

  /** Reads at once the keys that are about to be needed. */
  prefetch(keys: Iterable<string>): void {
    const unknown = [...new Set(keys)].filter((key) => !this.#known.has(key))
    for (const row of selectList(this.#db, byKeySql, unknown)) {
      const state = stateOfRow(row as unknown as KeyRow)
      this.#known.set(state.key, state)
    }
    for (const key of unknown) if (!this.#known.has(key)) this.#known.set(key, newState(key))
  }

  find(key: string): KeyState {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.prefetch([key])
    return this.#known.get(key) as KeyState
  }

  /** A job that states these keys has come; `kept` for a recurring one, which never runs itself. */
  joined(keys: readonly ConcurrencyKey[], as: 'jobs' | 'kept'): void {
    for (const { key, maxConcurrency } of keys) {
      const state = this.find(key)
      state[as]++
      this.#changed.add(state)
      if (maxConcurrency === undefined) continue
      if (maxConcurrency > (state.stated ?? DEFAULT_LIMIT)) this.recheck(key)
      state.stated = maxConcurrency
    }
  }

  /** One that had ended is retried: what newer jobs have stated since stays. */
  rejoined(keys: readonly ConcurrencyKey[]): void {
    this.joined(
      keys.map(({ key, maxConcurrency }) =>
        maxConcurrency === undefined || this.find(key).stated !== null ? { key } : { key, maxConcurrency },
      ),
      'jobs',
    )
  }

  /** One has ended. */
  left(keys: readonly ConcurrencyKey[], as: 'jobs' | 'kept'): void {
    for (const { key } of keys) {
      const state = this.find(key)
      state[as]--
      if (state.jobs + state.kept === 0) state.stated = null
      this.#changed.add(state)
    }
  }

  /** A lease takes a slot and a token of each. */
  take(keys: readonly ConcurrencyKey[], { now, setting }: KeyTerms): void {
    for (const { key } of keys) {
      const state = this.find(key)
      state.running++
      const rate = setting(key)
      state.bucket = rate?.rateLimit === undefined ? undefined : takeFrom(state.bucket, rate, now, 1)
      this.#changed.add(state)
    }
  }

  /** A lease has ended. */
  free(keys: readonly ConcurrencyKey[]): void {
    for (const { key } of keys) {
      const state = this.find(key)
      state.running--
      this.#changed.add(state)
      this.recheck(key)
    }
  }

  /** The first of these keys that has no room for one more. */
  blocked(keys: readonly ConcurrencyKey[], terms: KeyTerms): string | undefined {
    return keys.find(({ key }) => roomOf(this.find(key), terms) !== 'open')?.key
  }

  /** Lets nothing with a key start before an instant; a later one that was set before stays. */
  throttle(key: string, until: number): void {
    const state = this.find(key)
    if ((state.throttledUntil ?? 0) >= until) return
    state.throttledUntil = until
    this.#changed.add(state)
    this.recheck(key)
  }

  parked(key: string, by: 1 | -1): void {
    const state = this.find(key)
    state.parked += by
    this.#changed.add(state)
    if (by > 0) this.recheck(key)
  }

  recheck(key: string): void {
    this.#unsettled.add(key)
  }

  /**
   * The keys that have room for lines parked there. For the others that have none only for a time it is noted when
   * that is over.
   */
  settle(terms: KeyTerms): readonly ParkedKey[] {
    const open: ParkedKey[] = []
    for (const key of this.#unsettled) {
      const state = this.find(key)
      if (state.parked === 0) continue
      const room = roomOf(state, terms)
      this.#wakeAt(state, typeof room === 'string' ? null : room.until)
      if (room === 'open') open.push(state)
    }
    this.#unsettled.clear()
    return open
  }

  /** The keys whose instant has come, up to `limit`: they are looked at anew. */
  wake(limit: number, terms: KeyTerms): number {
    this.#write(terms)
    const sql = 'SELECT key FROM concurrency_keys WHERE wake_at <= ? ORDER BY wake_at LIMIT ?'
    const keys = this.#db.all(sql, [terms.now, limit]).map(([key]) => key as string)
    this.prefetch(keys)
    for (const key of keys) {
      this.#wakeAt(this.find(key), null)
      this.recheck(key)
    }
    return keys.length
  }

  /** Writes what has changed; answers with when time alone changes the first of that. */
  flush(terms: KeyTerms): number {
    this.#write(terms)
    if (this.#known.size > MOST_KNOWN) this.#known.clear()
    const wakesAt = this.#wakesAt
    this.#wakesAt = Number.POSITIVE_INFINITY
    return wakesAt
  }

  #write(terms: KeyTerms): void {
    const gone: string[] = []
    const saved: SqlValue[] = []
    for (const state of this.#changed) {
      this.#keepForNobody(state, terms)
      if (isIdle(state)) {
        gone.push(state.key)
        this.#known.delete(state.key)
        continue
      }
      saved.push(...rowOf(state))
      this.#wakesAt = Math.min(this.#wakesAt, state.wakeAt ?? this.#wakesAt)
    }
    this.#changed.clear()
    runBatch(this.#db, saveSql, saved)
    runList(this.#db, deleteSql, gone)
  }

  /** A key no job has is remembered for as long as that makes a difference. */
  #keepForNobody(state: KeyState, { now, setting }: KeyTerms): void {
    if (state.jobs + state.kept > 0) return
    const rate = setting(state.key)
    if ((state.throttledUntil ?? 0) <= now) state.throttledUntil = null
    const full = rate?.rateLimit === undefined ? undefined : fullAt(state.bucket, rate, now)
    if (full === undefined) state.bucket = undefined
    state.wakeAt = full === undefined ? state.throttledUntil : Math.max(full, state.throttledUntil ?? 0)
  }

  #wakeAt(state: KeyState, at: number | null): void {
    if (state.wakeAt === at) return
    state.wakeAt = at
    this.#changed.add(state)
  }
}
