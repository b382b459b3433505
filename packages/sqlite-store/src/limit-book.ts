import { type Bucket, nextStart, startsIn, takeFrom } from './bucket.ts'
import type { Connection } from './connection.ts'
import type { FlowRules, LimitRule } from './flow-rules.ts'

/** How a limit of a tier or task type stands. */
export interface LimitState {
  readonly name: string
  running: number
  bucket: Bucket | undefined
  /** When somebody is to be told that there is a token. */
  wakeAt: number | null
}

const columns = 'name, running, tokens, filled_at, wake_at'

/** The limits of tiers and task types that steps work with: there are as many as the settings name. */
export class LimitBook {
  readonly #db: Connection
  #known: Map<string, LimitState> | undefined
  readonly #changed = new Set<LimitState>()
  /** Limits that were reached, and are not any more: by how many. */
  readonly #freed = new Map<string, number>()
  /** The first instant written since the last flush at which time alone changes something. */
  #wakesAt = Number.POSITIVE_INFINITY

  constructor(db: Connection) {
    this.#db = db
  }

  find(name: string): LimitState {
    this.#known ??= new Map(readLimits(this.#db).map((state) => [state.name, state]))
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const state: LimitState = { name, running: 0, bucket: undefined, wakeAt: null }
    this.#known.set(name, state)
    return state
  }

  /** How many more may start now. */
  room(rule: LimitRule, now: number): number {
    return roomOf(this.find(rule.name), rule, now)
  }

  take(rule: LimitRule, now: number): void {
    const state = this.find(rule.name)
    state.running++
    if (rule.rate !== undefined) state.bucket = takeFrom(state.bucket, rule.rate, now, 1)
    this.#changed.add(state)
  }

  free({ name, maxRunning }: LimitRule): void {
    const state = this.find(name)
    if (state.running >= maxRunning) this.#freed.set(name, (this.#freed.get(name) ?? 0) + 1)
    // One that was leased before there was this limit was counted when it was set.
    state.running = Math.max(0, state.running - 1)
    this.#changed.add(state)
  }

  /** The limits that are not reached any more since this was asked last: by how many. */
  takeFreed(): ReadonlyMap<string, number> {
    const freed = new Map(this.#freed)
    this.#freed.clear()
    return freed
  }

  /** Work has been found, or has come, that only lacks a token: somebody is told when there is one. */
  noteBlocked({ name, maxRunning, rate }: LimitRule, now: number): void {
    const state = this.find(name)
    if (rate === undefined || state.running >= maxRunning) return
    const at = startsIn(state.bucket, rate, now) > 0 ? null : (nextStart(state.bucket, rate, now) ?? null)
    if (at === state.wakeAt || at === null) return
    state.wakeAt = at
    this.#changed.add(state)
  }

  /** The limits whose instant has come: nobody else is told of them. */
  wake(now: number): ReadonlySet<string> {
    this.#write()
    const names = this.#db.all('SELECT name FROM flow_limits WHERE wake_at <= ?', [now])
    const woken = new Set(names.map(([name]) => name as string))
    for (const name of woken) {
      const state = this.find(name)
      state.wakeAt = null
      this.#changed.add(state)
    }
    return woken
  }

  /** Keeps the state of those limits that there are now, and counts anew what runs. */
  reset(rules: FlowRules): void {
    this.#write()
    const known = new Map(readLimits(this.#db).map((state) => [state.name, state]))
    const running = countLeases(this.#db, rules)
    this.#db.run('DELETE FROM flow_limits')
    this.#known = new Map()
    for (const { name, rate } of rules.limits) {
      const bucket = rate === undefined ? undefined : known.get(name)?.bucket
      const state: LimitState = { name, running: running.get(name) ?? 0, bucket, wakeAt: null }
      this.#known.set(name, state)
      this.#changed.add(state)
    }
    this.#write()
  }

  /** Writes what has changed; answers with when time alone changes the first of that. */
  flush(): number {
    this.#write()
    const wakesAt = this.#wakesAt
    this.#wakesAt = Number.POSITIVE_INFINITY
    return wakesAt
  }

  #write(): void {
    for (const { name, running, bucket, wakeAt: at } of this.#changed) {
      const sql = `INSERT OR REPLACE INTO flow_limits (${columns}) VALUES (?, ?, ?, ?, ?)`
      this.#db.run(sql, [name, running, bucket?.tokens ?? null, bucket?.at ?? null, at])
      this.#wakesAt = Math.min(this.#wakesAt, at ?? this.#wakesAt)
    }
    this.#changed.clear()
  }
}

function roomOf({ running, bucket }: LimitState, { maxRunning, rate }: LimitRule, now: number): number {
  const slots = Math.max(0, maxRunning - running)
  return rate === undefined ? slots : Math.min(slots, startsIn(bucket, rate, now))
}

type LimitRow = readonly [
  name: string,
  running: number,
  tokens: number | null,
  filledAt: number | null,
  wakeAt: number | null,
]

/** All limits as they are stored. */
export function readLimits(db: Connection): readonly LimitState[] {
  return db.all(`SELECT ${columns} FROM flow_limits`).map((row) => {
    const [name, running, tokens, at, wakeAt] = row as unknown as LimitRow
    return { name, running, bucket: tokens === null ? undefined : { tokens, at: at ?? 0 }, wakeAt }
  })
}

/** How many leases there are of what each limit holds for. */
function countLeases(db: Connection, rules: FlowRules): ReadonlyMap<string, number> {
  const sql = `SELECT tier, type, count(*) FROM firings
    WHERE due_class = 4 AND due_at IS NOT NULL GROUP BY tier, type`
  const running = new Map<string, number>()
  for (const [tier, type, count] of db.all(sql)) {
    const place = { tier: (tier as number | null) ?? -1, type: type as string }
    for (const { name } of rules.limitsOf(place))
      running.set(name, (running.get(name) ?? 0) + (count as number))
  }
  return running
}
