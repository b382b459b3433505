import { RECURRING_TIER } from './codes.ts'
import type { Connection } from './connection.ts'

/** The numbers tiers are stored under, by name: those of the settings, and others that are not empty. */
export type TierCodes = ReadonlyMap<string, number>

/** Reads all tiers. */
export function readTiers(db: Connection): TierCodes {
  return new Map(
    db.all('SELECT name, code FROM tiers').map(([name, code]) => [name as string, code as number]),
  )
}

/** Which tiers there are to be. */
export interface KeptTiers {
  /** Those of the settings. */
  readonly names: readonly string[]
  /** Numbers of those somebody waits in. */
  readonly inUse: readonly number[]
}

const leasedFrom = 'SELECT tier FROM firings WHERE due_class = 4 AND due_at IS NOT NULL AND tier IS NOT NULL'

/** Gives each tier of the settings a number, and takes those of others away that nobody is in any more. */
export function keepTiers(db: Connection, { names, inUse }: KeptTiers): void {
  db.run(
    `DELETE FROM tiers WHERE name NOT IN (SELECT value FROM json_each(?)) AND code NOT IN (${leasedFrom})
      AND code NOT IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(names), JSON.stringify(inUse)],
  )
  const known = readTiers(db)
  const next = `SELECT max(${RECURRING_TIER}, coalesce(max(code), 0)) + 1 FROM tiers`
  for (const name of names) {
    if (!known.has(name)) db.run(`INSERT INTO tiers (name, code) VALUES (?, (${next}))`, [name])
  }
}
