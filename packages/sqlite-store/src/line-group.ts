import type { Connection, SqlRow } from './connection.ts'

/** The name of the lines of one tier, task type and version. */
export interface GroupName {
  /** Number of the tier. */
  readonly tier: number
  readonly type: string
  /** Empty for none. */
  readonly version: string
}

/** These lines together: the one of the jobs without concurrency keys, and those by key. */
export interface LineGroup extends GroupName {
  /** Jobs in the line without a key. */
  readonly waiting: number
  /** Jobs in the lines by key. */
  readonly keyed: number
  /** Lines by key that are open. */
  readonly open: number
  /** Ticket of the last time the line without a key was served. */
  readonly turn: number
}

/** A group with what its turn depends on. */
export interface OpenGroup extends LineGroup {
  waiting: number
  keyed: number
  open: number
  /** Ticket of the last arrival. */
  arrived: number
  /** Ticket of the last time its type was served. */
  typeTurn: number
  turn: number
  /** By how many it has grown since it was written. */
  growth: number
}

/** How many jobs stand in its lines. */
export function standingIn({ waiting, keyed }: LineGroup): number {
  return waiting + keyed
}

/** How much of it may be claimed, as far as its lines tell. */
export function claimableIn({ waiting, open }: LineGroup): number {
  return waiting + open
}

const columns = 'tier, type, version, waiting, keyed, open, arrived, type_turn, turn'

/** Reads all groups of lines. */
export function readGroups(db: Connection): readonly OpenGroup[] {
  return db.all(`SELECT ${columns} FROM lines`).map(groupOfRow)
}

/** The groups of lines somebody has joined, or that have more to claim, since a ticket was drawn. */
export function readArrivals(db: Connection, afterTicket: number): readonly LineGroup[] {
  return db.all(`SELECT ${columns} FROM lines WHERE arrived > ?`, [afterTicket]).map(groupOfRow)
}

function groupOfRow(row: SqlRow): OpenGroup {
  return newGroup(row as unknown as GroupRow)
}

type GroupRow = readonly [
  tier: number,
  type: string,
  version: string,
  waiting: number,
  keyed: number,
  open: number,
  arrived: number,
  typeTurn: number,
  turn: number,
]

/** A group of lines as its row tells. */
export function newGroup([
  tier,
  type,
  version,
  waiting,
  keyed,
  open,
  arrived,
  typeTurn,
  turn,
]: GroupRow): OpenGroup {
  return { tier, type, version, waiting, keyed, open, arrived, typeTurn, turn, growth: 0 }
}

const changing = ['waiting', 'keyed', 'open', 'arrived', 'type_turn', 'turn']

const saveSql = `INSERT INTO lines (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (tier, type, version) DO UPDATE SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}`

/** Writes a group over. */
export function saveGroup(db: Connection, group: OpenGroup): void {
  const { tier, type, version, waiting, keyed, open, arrived, typeTurn, turn } = group
  db.run(saveSql, [tier, type, version, waiting, keyed, open, arrived, typeTurn, turn])
}

/** Removes a group nobody stands in. */
export function deleteGroup(db: Connection, { tier, type, version }: GroupName): void {
  db.run('DELETE FROM lines WHERE tier = ? AND type = ? AND version = ?', [tier, type, version])
}
