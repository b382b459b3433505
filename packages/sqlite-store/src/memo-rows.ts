import type { JsonText } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { Step } from './step.ts'
import { firingMarks, type StoredFiring } from './stored-firing.ts'

/** Whether a firing remembers anything. */
export function doesRemember({ marks }: StoredFiring): boolean {
  return (marks & firingMarks.remembers) !== 0
}

/** Lets a firing remember a value under a name. */
export function writeMemo(step: Step, stored: StoredFiring, name: string, value: JsonText): void {
  step.db.run('INSERT OR REPLACE INTO memos (seq, name, value) VALUES (?, ?, ?)', [stored.seq, name, value])
  if (doesRemember(stored)) return
  stored.marks |= firingMarks.remembers
  step.firings.changed(stored)
}

/** Lets a firing forget all it remembers; its row must be written after this. */
export function forgetMemos(step: Step, stored: StoredFiring): void {
  if (!doesRemember(stored)) return
  step.db.run('DELETE FROM memos WHERE seq = ?', [stored.seq])
  stored.marks &= ~firingMarks.remembers
}

/** What a firing remembers, by name. */
export function memosOf(db: Connection, { seq }: StoredFiring): Readonly<Record<string, JsonText>> {
  const rows = db.all('SELECT name, value FROM memos WHERE seq = ?', [seq])
  return Object.fromEntries(rows.map(([name, value]) => [name as string, value as JsonText]))
}
