import type { Connection } from './connection.ts'
import type { Numbers } from './numbers.ts'

/** The name of a line. */
export interface LineName {
  /** Number of the tier, 0 the highest. */
  readonly tier: number
  readonly type: string
  /** Empty for none. */
  readonly version: string
}

/** How one step changes who stands in which line. */
export interface LineChanges {
  /** Somebody joins; answers with the number he stands under. */
  join(line: LineName, end: 'front' | 'back'): number
  leave(line: LineName): void
  flush(): void
}

/** Told of every line that has changed, with by how many it has grown. */
export type OnGrowth = (line: LineName, count: number) => void

interface LineChange {
  readonly line: LineName
  joined: number
  left: number
}

/** Collects the changes of one step, so that a batch costs one statement a line. */
export function createLineChanges(db: Connection, numbers: Numbers, onGrowth: OnGrowth): LineChanges {
  const changes = new Map<string, LineChange>()
  // The line of the firing before: mostly the next one's too.
  let last: LineChange | undefined
  const changeOf = (line: LineName): LineChange => {
    if (last !== undefined && isSameLine(last.line, line)) return last
    const key = `${line.tier} ${line.type}\n${line.version}`
    let change = changes.get(key)
    if (change === undefined) {
      change = { line, joined: 0, left: 0 }
      changes.set(key, change)
    }
    last = change
    return change
  }
  return {
    join(line, end) {
      changeOf(line).joined++
      numbers.ticket++
      return end === 'back' ? numbers.ticket : -numbers.ticket
    },
    leave(line) {
      changeOf(line).left++
    },
    flush() {
      for (const change of changes.values()) changeLine(db, change, numbers.ticket)
      for (const { line, joined, left } of changes.values()) onGrowth(line, joined - left)
      changes.clear()
      last = undefined
    },
  }
}

function isSameLine(a: LineName, b: LineName): boolean {
  return a.type === b.type && a.tier === b.tier && a.version === b.version
}

// A line that comes into being is served when its type's turn comes; a type that does is served last.
const joinSql =
  'INSERT INTO lines (tier, type, version, waiting, arrived, type_turn, turn) ' +
  'VALUES (?1, ?2, ?3, ?4, ?5, coalesce((SELECT type_turn FROM lines WHERE tier = ?1 AND type = ?2), ?5), ?5) ' +
  'ON CONFLICT (tier, type, version) DO UPDATE SET waiting = waiting + excluded.waiting, arrived = ?5'

function changeLine(db: Connection, { line, joined, left }: LineChange, ticket: number): void {
  const name = [line.tier, line.type, line.version]
  const by = joined - left
  if (joined > 0) db.run(joinSql, [...name, by, ticket])
  else
    db.run('UPDATE lines SET waiting = waiting + ? WHERE tier = ? AND type = ? AND version = ?', [
      by,
      ...name,
    ])
  if (left > 0) {
    db.run('DELETE FROM lines WHERE tier = ? AND type = ? AND version = ? AND waiting <= 0', name)
  }
}

/** A line as a claim meets it. */
export interface Line extends LineName {
  readonly waiting: number
}

/** All lines somebody stands in: tier by tier, in each the type first whose turn it is, in that the line. */
export function readLines(db: Connection): readonly Line[] {
  const rows = db.all('SELECT tier, type, version, waiting FROM lines ORDER BY tier, type_turn, turn')
  return rows.map(([tier, type, version, waiting]) => ({
    tier: tier as number,
    type: type as string,
    version: version as string,
    waiting: waiting as number,
  }))
}

/** The lines somebody has joined after a ticket was drawn. */
export function readArrivals(db: Connection, afterTicket: number): readonly Line[] {
  return db
    .all('SELECT tier, type, version, waiting FROM lines WHERE arrived > ?', [afterTicket])
    .map(([tier, type, version, waiting]) => ({
      tier: tier as number,
      type: type as string,
      version: version as string,
      waiting: waiting as number,
    }))
}

/** Notes that a line has been served: its type, and in it the line, come last now. */
export function noteTurn(db: Connection, line: LineName, ticket: number): void {
  const { tier, type, version } = line
  db.run('UPDATE lines SET type_turn = ? WHERE tier = ? AND type = ?', [ticket, tier, type])
  db.run('UPDATE lines SET turn = ? WHERE tier = ? AND type = ? AND version = ?', [
    ticket,
    tier,
    type,
    version,
  ])
}
