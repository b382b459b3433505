import { type AuditEntry, type JobCommand, MAX_AUDIT_ENTRIES } from '@dureq/types'
import type { Connection } from './connection.ts'
import { isHiddenMember } from './hidden-members.ts'
import type { Step } from './step.ts'
import { firingMarks, type StoredFiring } from './stored-firing.ts'

/** Notes who gave an order that was carried out, if that was said and its firing is still there. */
export function noteAct(step: Step, stored: StoredFiring | undefined, { verb, by }: JobCommand): void {
  if (by === undefined || stored === undefined || stored.firing.place.kind === 'gone') return
  const { seq } = stored
  const { who, from, why } = by
  const entry: AuditEntry = {
    at: step.now,
    verb,
    who,
    ...(from !== undefined && { from }),
    ...(why !== undefined && { why }),
  }
  const n = ++step.numbers.ticket
  step.db.run('INSERT INTO audit (seq, n, entry) VALUES (?, ?, ?)', [seq, n, JSON.stringify(entry)])
  const tooOld = 'SELECT n FROM audit WHERE seq = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2'
  step.db.run(`DELETE FROM audit WHERE seq = ?1 AND n <= (${tooOld})`, [seq, MAX_AUDIT_ENTRIES])
  if ((stored.marks & firingMarks.audited) !== 0) return
  stored.marks |= firingMarks.audited
  step.firings.changed(stored)
}

/** Who gave orders to a job or firing, oldest first: `InspectorRole.audit`. */
export function readAudit(db: Connection, id: string): readonly AuditEntry[] {
  const seq = db.get('SELECT seq FROM jobs WHERE id = ?', [id])?.[0] as number | undefined
  if (seq === undefined || isHiddenMember(db, seq)) return []
  return db
    .all('SELECT entry FROM audit WHERE seq = ? ORDER BY n', [seq])
    .map(([entry]) => JSON.parse(entry as string) as AuditEntry)
}
