import type { Connection } from './connection.ts'

/** What a step counts through. Read when it begins and written when it ends. */
export interface Numbers {
  /** Number of the last thing that was put in an order: jobs, places in lines, turns, epochs. */
  ticket: number
  /** Number of the last event. */
  event: number
  /** Version of the settings; 0 while none were put. */
  settingsVersion: number
  /** Credits left, by tier, highest first. */
  credits: readonly number[]
}

/** Reads the numbers. */
export function readNumbers(db: Connection): Numbers {
  const row = db.get(
    'SELECT ticket, event, settings_version, credit_high, credit_normal, credit_low FROM numbers',
  ) as readonly number[]
  const [ticket = 0, event = 0, settingsVersion = 0, ...credits] = row
  return { ticket, event, settingsVersion, credits }
}

/** Writes the numbers, if anything was counted. */
export function writeNumbers(db: Connection, before: Numbers, now: Numbers): void {
  if (!hasChanged(before, now)) return
  db.run(
    'UPDATE numbers SET ticket = ?, event = ?, settings_version = ?, ' +
      'credit_high = ?, credit_normal = ?, credit_low = ?',
    [now.ticket, now.event, now.settingsVersion, ...now.credits],
  )
}

function hasChanged(before: Numbers, now: Numbers): boolean {
  return (
    before.ticket !== now.ticket ||
    before.event !== now.event ||
    before.settingsVersion !== now.settingsVersion ||
    before.credits.some((credit, i) => credit !== now.credits[i])
  )
}
