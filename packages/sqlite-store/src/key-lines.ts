import { batchSql, listSql, runBatch, selectList } from './batch.ts'
import type { Connection, SqlRow, SqlValue } from './connection.ts'
import type { OpenGroup } from './line-group.ts'

/** The line of the jobs of one group of lines that have the same first concurrency key. */
export interface KeyLine {
  readonly group: OpenGroup
  readonly key: string
  waiting: number
  /** Ticket of the last time it was served. */
  turn: number
  /** The key that has no room for its head; null: open. */
  parkedAt: string | null
  /** A ticket: since when it is parked. */
  parked: number | null
  /** The key for whose room it was put back, until it is met. */
  openedFor: string | null
  /** There is a row of it. */
  isStored: boolean
}

/** More lines than this are not kept in memory from step to step. */
const MOST_KNOWN = 20_000

/** The most lines of a group that are read at first; more are read when these do not do. */
const FIRST_CHUNK = 128

const columns = 'key, waiting, turn, parked_at, parked, opened_for'
const ofGroup = 'tier = ? AND type = ? AND version = ?'

const byKeySql = listSql(
  (list) =>
    `SELECT ${columns} FROM key_lines WHERE tier = ?2 AND type = ?3 AND version = ?4 AND key IN ${list}`,
)

/** The lines by key that steps work with. Each is read when it is needed, and written once a step. */
export class KeyLineTable {
  readonly #db: Connection
  readonly #known = new Map<OpenGroup, Map<string, KeyLine>>()
  readonly #changed = new Set<KeyLine>()
  /** Groups of which all lines are known, since they came into being here. */
  readonly #whole = new Set<OpenGroup>()
  #count = 0

  constructor(db: Connection) {
    this.#db = db
  }

  /** The line of a key; a new one, with nobody in it, when there was none. */
  find(group: OpenGroup, key: string): KeyLine {
    const known = this.#known.get(group)?.get(key)
    if (known !== undefined) return known
    return this.#whole.has(group)
      ? this.#meet(group, nobodyIn(key))
      : (this.#read(group, [key])[0] as KeyLine)
  }

  /** A group has come into being. */
  begin(group: OpenGroup): void {
    this.#whole.add(group)
  }

  /** Reads the lines of these keys at once. */
  prefetch(group: OpenGroup, keys: Iterable<string>): void {
    if (this.#whole.has(group)) return
    const known = this.#known.get(group)
    const unknown = [...new Set(keys)].filter((key) => !known?.has(key))
    if (unknown.length > 0) this.#read(group, unknown)
  }

  changed(line: KeyLine): void {
    this.#changed.add(line)
  }

  /** The open lines of a group in the order of their turns, about as many of which are wanted, and more if they are. */
  *inTurn(group: OpenGroup, wanted: number): Generator<KeyLine, void, undefined> {
    this.flush()
    const sql = `SELECT ${columns} FROM key_lines WHERE ${ofGroup} AND parked_at IS NULL AND turn > ?
      ORDER BY turn LIMIT ?`
    let turn = -1
    for (let size = Math.min(wanted, FIRST_CHUNK); ; size = Math.min(size * 2, 512)) {
      const rows = this.#db.all(sql, [...nameOf(group), turn, size])
      for (const row of rows) yield this.#meet(group, row)
      if (rows.length < size) return
      turn = rows.at(-1)?.[2] as number
    }
  }

  /** Of each group of lines the one that has been parked longest at each of these keys. */
  firstParkedAt(keys: readonly ParkedKey[]): readonly ParkedLine[] {
    this.flush()
    // Few are simply read. Of many only the first of each group is, so that a key many wait for costs no more.
    const few = keys.filter(({ parked }) => parked <= FEW_PARKED).map(({ key }) => key)
    const many = keys.filter(({ parked }) => parked > FEW_PARKED)
    const found = selectList(this.#db, firstOfFewSql, few).map((row) => row as unknown as ParkedRow)
    return [...found.map(parkedLine), ...many.flatMap(({ key }) => this.#firstOfMany(key))]
  }

  #firstOfMany(key: string): readonly ParkedLine[] {
    const sql = `SELECT parked_at, tier, type, version, key FROM key_lines
      WHERE parked_at = ? AND (tier, type, version) > (?, ?, ?) ORDER BY tier, type, version, parked LIMIT 1`
    const found: ParkedLine[] = []
    let from: readonly SqlValue[] = [-1, '', '']
    for (;;) {
      const row = this.#db.get(sql, [key, ...from])
      if (row === undefined) return found
      const line = parkedLine(row as unknown as ParkedRow)
      found.push(line)
      from = [line.tier, line.type, line.version]
    }
  }

  /** Writes what has changed. */
  flush(): void {
    if (this.#changed.size === 0) return
    const saved: SqlValue[] = []
    for (const line of this.#changed) {
      if (line.waiting > 0) {
        const { group, key, waiting, turn, parkedAt, parked, openedFor } = line
        saved.push(...nameOf(group), key, waiting, turn, parkedAt, parked, openedFor)
        line.isStored = true
      } else this.#remove(line)
    }
    this.#changed.clear()
    runBatch(this.#db, saveSql, saved)
  }

  /** Lets go of what need not be remembered after a step. */
  relax(): void {
    if (this.#count <= MOST_KNOWN) return
    this.#known.clear()
    this.#whole.clear()
    this.#count = 0
  }

  /** A group nobody stands in any more is gone. */
  forget(group: OpenGroup): void {
    this.#count -= this.#known.get(group)?.size ?? 0
    this.#known.delete(group)
    this.#whole.delete(group)
  }

  #remove(line: KeyLine): void {
    const { group, key } = line
    if (line.isStored)
      this.#db.run(`DELETE FROM key_lines WHERE ${ofGroup} AND key = ?`, [...nameOf(group), key])
    line.isStored = false
    if (this.#known.get(group)?.delete(key)) this.#count--
  }

  #read(group: OpenGroup, keys: readonly string[]): readonly KeyLine[] {
    const rows = new Map(selectList(this.#db, byKeySql, keys, nameOf(group)).map((row) => [row[0], row]))
    return keys.map((key) => this.#meet(group, rows.get(key) ?? nobodyIn(key)))
  }

  /** The line of a row: as it is known, if it is. */
  #meet(group: OpenGroup, row: SqlRow): KeyLine {
    const [key, waiting, turn, parkedAt, parked, openedFor] = row as unknown as KeyLineRow
    let ofGroup = this.#known.get(group)
    if (ofGroup === undefined) {
      ofGroup = new Map()
      this.#known.set(group, ofGroup)
    }
    const known = ofGroup.get(key)
    if (known !== undefined) return known
    const line = { group, key, waiting, turn, parkedAt, parked, openedFor, isStored: waiting > 0 }
    ofGroup.set(key, line)
    this.#count++
    return line
  }
}

type KeyLineRow = readonly [
  key: string,
  waiting: number,
  turn: number,
  parkedAt: string | null,
  parked: number | null,
  openedFor: string | null,
]

function nobodyIn(key: string): KeyLineRow {
  return [key, 0, 0, null, null, null]
}

/** A key, and how many lines are parked there. */
export interface ParkedKey {
  readonly key: string
  readonly parked: number
}

/** A parked line by name, of a group that may not be known. */
export interface ParkedLine {
  readonly parkedAt: string
  readonly tier: number
  readonly type: string
  readonly version: string
  readonly key: string
}

type ParkedRow = readonly [parkedAt: string, tier: number, type: string, version: string, key: string]

function parkedLine([parkedAt, tier, type, version, key]: ParkedRow): ParkedLine {
  return { parkedAt, tier, type, version, key }
}

/** Up to so many lines parked at a key are read to find the first of each group. */
const FEW_PARKED = 8

const firstOfFewSql = listSql(
  (list) => `SELECT parked_at, tier, type, version, key, min(parked) FROM key_lines
    WHERE parked_at IN ${list} GROUP BY parked_at, tier, type, version`,
)

function nameOf({ tier, type, version }: OpenGroup): readonly [number, string, string] {
  return [tier, type, version]
}

const saveSql = batchSql({
  width: 9,
  sql: (rows) => `INSERT INTO key_lines (tier, type, version, ${columns}) VALUES ${rows}
    ON CONFLICT (tier, type, version, key) DO UPDATE SET waiting = excluded.waiting, turn = excluded.turn,
    parked_at = excluded.parked_at, parked = excluded.parked, opened_for = excluded.opened_for`,
})
