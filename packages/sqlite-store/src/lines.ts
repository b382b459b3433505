import type { Connection, SqlRow } from './connection.ts'
import type { Numbers } from './numbers.ts'

/** The name of a line. */
export interface LineName {
  /** Number of the tier, 0 the highest. */
  readonly tier: number
  readonly type: string
  /** Empty for none. */
  readonly version: string
}

/** A line as a claim meets it. */
export interface Line extends LineName {
  readonly waiting: number
}

/** All lines somebody stands in, in memory as they are stored. */
export interface LineBook {
  /** Tier by tier, in each the type first whose turn it is, in that the line. Some may have become empty. */
  inTurn(): readonly Line[]
  /** Somebody joins; answers with the number he stands under. */
  join(line: LineName, end: 'front' | 'back'): number
  leave(line: LineName): void
  /** A line has been served: its type, and in it the line, come last now. */
  served(line: LineName): void
  /** Writes what has changed since the last time. */
  flush(onGrowth: OnGrowth): void
}

/** Told of every line that has changed, with by how many it has grown. */
type OnGrowth = (line: LineName, count: number) => void

/** A line and what its turn depends on. */
interface OpenLine extends Line {
  waiting: number
  /** Ticket of the last arrival. */
  arrived: number
  /** Ticket of the last time its type was served, and of the last time it was, among those of its type. */
  typeTurn: number
  turn: number
  /** By how many it has grown since it was written. */
  growth: number
}

/** Reads all lines. */
export function openLines(db: Connection, numbers: Numbers): LineBook {
  return new StoredLines(db, numbers)
}

class StoredLines implements LineBook {
  readonly #db: Connection
  readonly #numbers: Numbers
  readonly #lines = new Map<string, OpenLine>()
  readonly #byType = new Map<string, OpenLine[]>()
  readonly #changed = new Set<OpenLine>()
  #inTurn: readonly OpenLine[] | undefined
  /** The line of the firing before: mostly the next one's too. */
  #last: OpenLine | undefined

  constructor(db: Connection, numbers: Numbers) {
    this.#db = db
    this.#numbers = numbers
    for (const row of db.all('SELECT tier, type, version, waiting, arrived, type_turn, turn FROM lines')) {
      this.#enter(openLine(row as unknown as LineRow))
    }
  }

  inTurn(): readonly Line[] {
    this.#inTurn ??= [...this.#lines.values()].sort(byTurn)
    return this.#inTurn
  }

  join(name: LineName, end: 'front' | 'back'): number {
    const ticket = ++this.#numbers.ticket
    const line = this.#find(name) ?? this.#make(name, ticket)
    line.waiting++
    line.growth++
    line.arrived = ticket
    this.#changed.add(line)
    return end === 'back' ? ticket : -ticket
  }

  leave(name: LineName): void {
    const line = this.#find(name)
    if (line === undefined) throw new RangeError(`nobody stands in the line of ${name.type}`)
    line.waiting--
    line.growth--
    this.#changed.add(line)
  }

  served(name: LineName): void {
    const ticket = ++this.#numbers.ticket
    for (const line of this.#byType.get(typeKey(name)) ?? []) {
      line.typeTurn = ticket
      if (line.version === name.version) line.turn = ticket
      this.#changed.add(line)
    }
    this.#inTurn = undefined
  }

  flush(onGrowth: OnGrowth): void {
    for (const line of this.#changed) {
      onGrowth(line, line.growth)
      line.growth = 0
      if (line.waiting > 0) saveLine(this.#db, line)
      else this.#close(line)
    }
    this.#changed.clear()
  }

  #find(name: LineName): OpenLine | undefined {
    if (this.#last !== undefined && isSameLine(this.#last, name)) return this.#last
    this.#last = this.#lines.get(lineKey(name))
    return this.#last
  }

  /** A line that comes into being is served when its type's turn comes; a type that does is served last. */
  #make({ tier, type, version }: LineName, ticket: number): OpenLine {
    const typeTurn = this.#byType.get(typeKey({ tier, type }))?.[0]?.typeTurn ?? ticket
    return this.#enter(openLine([tier, type, version, 0, ticket, typeTurn, ticket]))
  }

  #enter(line: OpenLine): OpenLine {
    const ofType = this.#byType.get(typeKey(line))
    if (ofType === undefined) this.#byType.set(typeKey(line), [line])
    else ofType.push(line)
    this.#lines.set(lineKey(line), line)
    this.#inTurn = undefined
    return line
  }

  #close(line: OpenLine): void {
    const left = this.#byType.get(typeKey(line))?.filter((other) => other !== line) ?? []
    if (left.length > 0) this.#byType.set(typeKey(line), left)
    else this.#byType.delete(typeKey(line))
    this.#lines.delete(lineKey(line))
    this.#inTurn = undefined
    this.#last = undefined
    deleteLine(this.#db, line)
  }
}

function lineKey({ tier, type, version }: LineName): string {
  return `${tier} ${type}\n${version}`
}

function typeKey({ tier, type }: Pick<LineName, 'tier' | 'type'>): string {
  return `${tier} ${type}`
}

function isSameLine(a: LineName, b: LineName): boolean {
  return a.type === b.type && a.tier === b.tier && a.version === b.version
}

function byTurn(a: OpenLine, b: OpenLine): number {
  return a.tier - b.tier || a.typeTurn - b.typeTurn || a.turn - b.turn
}

type LineRow = readonly [
  tier: number,
  type: string,
  version: string,
  waiting: number,
  arrived: number,
  typeTurn: number,
  turn: number,
]

function openLine([tier, type, version, waiting, arrived, typeTurn, turn]: LineRow): OpenLine {
  return { tier, type, version, waiting, arrived, typeTurn, turn, growth: 0 }
}

const saveSql =
  'INSERT INTO lines (tier, type, version, waiting, arrived, type_turn, turn) VALUES (?, ?, ?, ?, ?, ?, ?) ' +
  'ON CONFLICT (tier, type, version) DO UPDATE SET waiting = excluded.waiting, arrived = excluded.arrived, ' +
  'type_turn = excluded.type_turn, turn = excluded.turn'

function saveLine(db: Connection, line: OpenLine): void {
  const { tier, type, version, waiting, arrived, typeTurn, turn } = line
  db.run(saveSql, [tier, type, version, waiting, arrived, typeTurn, turn])
}

function deleteLine(db: Connection, { tier, type, version }: LineName): void {
  db.run('DELETE FROM lines WHERE tier = ? AND type = ? AND version = ?', [tier, type, version])
}

/** All lines as they are stored, in no order. */
export function readLines(db: Connection): readonly Line[] {
  return db.all('SELECT tier, type, version, waiting FROM lines').map(lineOfRow)
}

/** The lines somebody has joined after a ticket was drawn. */
export function readArrivals(db: Connection, afterTicket: number): readonly Line[] {
  return db
    .all('SELECT tier, type, version, waiting FROM lines WHERE arrived > ?', [afterTicket])
    .map(lineOfRow)
}

function lineOfRow([tier, type, version, waiting]: SqlRow): Line {
  return {
    tier: tier as number,
    type: type as string,
    version: version as string,
    waiting: waiting as number,
  }
}
