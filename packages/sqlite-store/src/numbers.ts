import type { Connection } from './connection.ts'

/** What a step counts through. Read when it begins and written when it ends. */
export interface Numbers {
  /** Number of the last thing that was put in an order: jobs, places in lines, turns, epochs. */
  ticket: number
  /** Number of the last event. */
  event: number
  /** Version of the settings; 0 while none were put. */
  settingsVersion: number
  /** How often what the nodes can run has changed. */
  handlers: number
  /** How many task types and versions are noted as unserved. */
  unserved: number
  /** Credits left, by the number of the tier; nothing for one that was never served. */
  credits: readonly (number | null)[]
}

type NumbersRow = readonly [
  ticket: number,
  event: number,
  settingsVersion: number,
  handlers: number,
  unserved: number,
  credits: string,
]

/** Reads the numbers. */
export function readNumbers(db: Connection): Numbers {
  const row = db.get('SELECT ticket, event, settings_version, handlers, unserved, credits FROM numbers')
  const [ticket, event, settingsVersion, handlers, unserved, credits] = row as unknown as NumbersRow
  return { ticket, event, settingsVersion, handlers, unserved, credits: JSON.parse(credits) as number[] }
}

/** Writes the numbers, if anything was counted. */
export function writeNumbers(db: Connection, before: Numbers, now: Numbers): void {
  if (!hasChanged(before, now)) return
  db.run(
    'UPDATE numbers SET ticket = ?, event = ?, settings_version = ?, handlers = ?, unserved = ?, credits = ?',
    [now.ticket, now.event, now.settingsVersion, now.handlers, now.unserved, JSON.stringify(now.credits)],
  )
}

function hasChanged(before: Numbers, now: Numbers): boolean {
  return (
    before.ticket !== now.ticket ||
    before.event !== now.event ||
    before.settingsVersion !== now.settingsVersion ||
    before.handlers !== now.handlers ||
    before.unserved !== now.unserved ||
    before.credits.length !== now.credits.length ||
    before.credits.some((credit, i) => credit !== now.credits[i])
  )
}
