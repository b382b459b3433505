import type { JobEvent, LockInfo } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { Step } from './step.ts'

/** Who holds this lock leads the cluster, which the event log tells of. */
const LEADER = 'leader'

/** The lock of a name, also when it has expired; undefined when nobody has it. */
export function readLock(db: Connection, name: string): LockInfo | undefined {
  const row = db.get('SELECT owner, epoch, expires_at FROM locks WHERE name = ?', [name])
  if (row === undefined) return undefined
  const [owner, epoch, expiresAt] = row as readonly [string, number, number]
  return { name, owner, epoch, expiresAt }
}

/** The locks held at an instant, by name. */
export function readLocks(db: Connection, now: number): readonly LockInfo[] {
  return db
    .all('SELECT name, owner, epoch, expires_at FROM locks WHERE expires_at > ? ORDER BY name', [now])
    .map(([name, owner, epoch, expiresAt]) => ({
      name: name as string,
      owner: owner as string,
      epoch: epoch as number,
      expiresAt: expiresAt as number,
    }))
}

/** Gives a free lock to an owner. Epochs are tickets: no holder of any lock has one that came before. */
export function giveLock(step: Step, name: string, owner: string, expiresAt: number): number {
  const epoch = ++step.numbers.ticket
  step.db.run('INSERT INTO locks (name, owner, epoch, expires_at) VALUES (?, ?, ?, ?)', [
    name,
    owner,
    epoch,
    expiresAt,
  ])
  step.news.dueAt = Math.min(step.news.dueAt, expiresAt)
  tellLeader(step, name, { type: 'leader.elected', timestamp: step.now, nodeId: owner })
  return epoch
}

/** Lets a lock expire later. */
export function prolongLock(step: Step, name: string, expiresAt: number): void {
  step.db.run('UPDATE locks SET expires_at = ? WHERE name = ?', [expiresAt, name])
  step.news.dueAt = Math.min(step.news.dueAt, expiresAt)
}

/** Takes a lock from its holder. */
export function takeLock(step: Step, { name, owner }: LockInfo): void {
  step.db.run('DELETE FROM locks WHERE name = ?', [name])
  tellLeader(step, name, { type: 'leader.lost', timestamp: step.now, nodeId: owner })
}

/** Takes up to `limit` expired locks from their holders; answers with how many. */
export function expireLocks(step: Step, limit: number): number {
  const sql =
    'SELECT name, owner, epoch, expires_at FROM locks WHERE expires_at <= ? ORDER BY expires_at LIMIT ?'
  const rows = step.db.all(sql, [step.now, limit]) as readonly (readonly [string, string, number, number])[]
  for (const [name, owner, epoch, expiresAt] of rows) takeLock(step, { name, owner, epoch, expiresAt })
  return rows.length
}

function tellLeader(step: Step, name: string, event: JobEvent): void {
  if (name === LEADER) step.events.push(event)
}
