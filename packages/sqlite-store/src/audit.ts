import { type Actor, type AuditEntry, MAX_AUDIT_ENTRIES, type Sending } from '@dureq/types'
import type { Connection } from './connection.ts'
import { isHiddenMember } from './hidden-members.ts'
import { visibleInstances } from './instance-row.ts'
import type { Step } from './step.ts'
import { firingMarks, type StoredFiring } from './stored-firing.ts'
import type { StoredInstance } from './stored-instance.ts'

/** The statements for trails of one kind of owner. */
interface Trails {
  readonly add: string
  readonly trim: string
  readonly read: string
}

const jobTrails = trailsOf('audit', 'seq')
const instanceTrails = trailsOf('instance_audit', 'instance')

function trailsOf(table: string, owner: string): Trails {
  const tooOld = `SELECT n FROM ${table} WHERE ${owner} = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2`
  return {
    add: `INSERT INTO ${table} (${owner}, n, entry) VALUES (?, ?, ?)`,
    trim: `DELETE FROM ${table} WHERE ${owner} = ?1 AND n <= (${tooOld})`,
    read: `SELECT entry FROM ${table} WHERE ${owner} = ? ORDER BY n`,
  }
}

/** Who gave which order. */
interface Act {
  readonly verb: string
  readonly by?: Actor
}

/** Notes who gave an order that was carried out, if that was said and its firing is still there. */
export function noteAct(step: Step, stored: StoredFiring | undefined, { verb, by }: Act): void {
  if (by === undefined || stored === undefined || stored.firing.place.kind === 'gone') return
  addEntry(step, jobTrails, stored.seq, entryOf(step, verb, by))
  if ((stored.marks & firingMarks.audited) !== 0) return
  stored.marks |= firingMarks.audited
  step.firings.changed(stored)
}

/** Notes who sent a message that was recorded, if that was said. */
export function noteMessage(step: Step, receiver: StoredInstance, { message, by }: Sending): void {
  if (by === undefined) return
  addEntry(step, instanceTrails, receiver.seq, entryOf(step, message.kind, by))
}

function entryOf(step: Step, verb: string, { who, from, why }: Actor): AuditEntry {
  return {
    at: step.now,
    verb,
    who,
    ...(from !== undefined && { from }),
    ...(why !== undefined && { why }),
  }
}

function addEntry(step: Step, trails: Trails, owner: number, entry: AuditEntry): void {
  const n = ++step.numbers.ticket
  step.db.run(trails.add, [owner, n, JSON.stringify(entry)])
  step.db.run(trails.trim, [owner, MAX_AUDIT_ENTRIES])
}

/** Who gave orders to a job, firing, workflow or batch, oldest first: `InspectorRole.audit`. */
export function readAudit(db: Connection, id: string): readonly AuditEntry[] {
  const job = db.get('SELECT seq FROM jobs WHERE id = ?', [id])?.[0] as number | undefined
  if (job !== undefined) return isHiddenMember(db, job) ? [] : readEntries(db, jobTrails, job)
  const instance = db.get(`SELECT i.seq FROM ${visibleInstances} WHERE i.id = ?`, [id])?.[0] as
    | number
    | undefined
  return instance === undefined ? [] : readEntries(db, instanceTrails, instance)
}

function readEntries(db: Connection, trails: Trails, owner: number): readonly AuditEntry[] {
  return db.all(trails.read, [owner]).map(([entry]) => JSON.parse(entry as string) as AuditEntry)
}
