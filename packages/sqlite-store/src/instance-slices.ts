import { expireLease } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { MemberQuery } from './firing-table.ts'
import { instanceDue, keptClasses } from './instance-codes.ts'
import { expireInstance } from './instance-ends.ts'
import { instanceColumns } from './instance-row.ts'
import { applyMove, removeStored } from './moves.ts'
import { cancelMember, removeInstance } from './remove-instance.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'
import type { StoredInstance } from './stored-instance.ts'

const dueSql = `SELECT ${instanceColumns} FROM instances i
  WHERE i.due_class = ? AND i.due_at <= ? ORDER BY i.due_at LIMIT ?`

/** Removes up to `limit` ended instances whose retention is over; answers with how many it looked at. */
export function removeOldInstances(step: Step, limit: number): number {
  const { now, retention } = step
  let looked = 0
  const expire = (dueClass: number, by: number): void => {
    const old = step.instances.find(step, dueSql, [dueClass, by, limit - looked])
    for (const stored of old) expireInstance(step, stored)
    looked += old.length
  }
  expire(instanceDue.again, now)
  for (const kept of keptClasses) expire(instanceDue[kept], now - retention[`${kept}Ms`])
  return looked
}

/** Whether something is left of removed instances. */
export function hasSlices(db: Connection): boolean {
  return (
    db.get('SELECT 1 FROM instances WHERE due_class = ? AND due_at IS NOT NULL LIMIT 1', [
      instanceDue.slice,
    ]) !== undefined
  )
}

/** Takes up to about `limit` pieces of removed instances away; answers with how many. */
export function takeSlices(step: Step, limit: number): number {
  let taken = 0
  while (taken < limit) {
    const [root] = step.instances.find(step, dueSql, [instanceDue.slice, step.now, 1])
    if (root === undefined) break
    taken += takeSlice(step, root, limit - taken)
  }
  return taken
}

/** What stands below others was created after them, so the last goes first. */
const lastSql = `SELECT ${instanceColumns} FROM instances i WHERE i.root = ? ORDER BY i.seq DESC LIMIT 1`

const someMembers: MemberQuery = {
  from: 'members m',
  where: 'm.job IN (SELECT job FROM members WHERE instance = ? LIMIT ?)',
}

function takeSlice(step: Step, root: StoredInstance, limit: number): number {
  const [stored = root] = step.instances.find(step, lastSql, [root.seq])
  const members = step.firings.members(someMembers, [stored.seq, limit])
  for (const member of members) takeMember(step, member)
  if (members.length > 0) return members.length
  const rows = takeRows(step, stored, limit)
  if (rows > 0) return rows
  dropInstance(step, stored)
  return 1
}

/** A member that has not ended ends first: what is leased is taken back, and its holder finds the lease lost. */
function takeMember(step: Step, stored: StoredFiring): void {
  cancelMember(step, stored)
  if (stored.firing.place.kind === 'leased') applyMove(step, stored, expireLease(stored.firing, step.now))
  removeStored(step, stored)
}

const slice = (table: string, key: string, of = 'instance = ?1'): string =>
  `DELETE FROM ${table} WHERE ${of} AND ${key} IN (SELECT ${key} FROM ${table} WHERE ${of} LIMIT ?2)`

/** How a slice of what an instance may have many of is deleted. */
const many: readonly string[] = [
  slice('parts', 'name'),
  slice('marks', 'name', 'instance = ?1 AND mark = (SELECT mark FROM marks WHERE instance = ?1 LIMIT 1)'),
  slice('mail', 'n'),
  slice('timers', 'name'),
  slice('signals', 'seq'),
]

function takeRows({ db }: Step, { seq }: StoredInstance, limit: number): number {
  for (const sql of many) {
    const rows = db.run(sql, [seq, limit])
    if (rows > 0) return rows
  }
  return 0
}

/** A group up to this size goes as a whole. */
const SMALL_GROUP = 100

/** Takes a group away: at once if it is small, else as everything else that is removed. */
export function dropGroup(step: Step, stored: StoredInstance): void {
  removeInstance(step, stored)
  if (stored.kind !== 'group' || stored.size > SMALL_GROUP) return
  for (const table of ['parts', 'marks', 'mail', 'timers', 'signals']) {
    step.db.run(`DELETE FROM ${table} WHERE instance = ?`, [stored.seq])
  }
  dropInstance(step, stored)
}

function dropInstance(step: Step, stored: StoredInstance): void {
  for (const table of ['mark_counts', 'instance_texts', 'signal_keys', 'instance_audit']) {
    step.db.run(`DELETE FROM ${table} WHERE instance = ?`, [stored.seq])
  }
  step.db.run('DELETE FROM instances WHERE seq = ?', [stored.seq])
  step.instances.remove(stored)
}
