import type { UnfinishedFiring } from '@dureq/types'
import type { Connection } from './connection.ts'
import { type FiringKey, firingIdOf } from './firing-time.ts'
import { FIRST_END, type Standing, standingCode, unfinishedState } from './standing.ts'

/** A recurring job: its number and its id. */
export interface JobName {
  readonly seq: number
  readonly id: string
}

/** Whether a recurring job has a firing. */
export function hasFiring(db: Connection, job: number, { at, triggered }: FiringKey): boolean {
  const sql = 'SELECT 1 FROM recurring_firings WHERE job = ? AND at = ? AND triggered = ?'
  return db.get(sql, [job, at, Number(triggered)]) !== undefined
}

/** Notes a new firing of a recurring job. */
export function noteFiring(
  db: Connection,
  job: number,
  firing: FiringKey & { seq: number; standing: Standing },
): void {
  const { at, triggered, seq, standing } = firing
  const sql = 'INSERT INTO recurring_firings (job, at, triggered, seq, standing) VALUES (?, ?, ?, ?, ?)'
  db.run(sql, [job, at, Number(triggered), seq, standingCode(standing)])
}

/** Notes where a firing stands now; `ended` is the ticket of its end. */
export function noteStanding(
  db: Connection,
  job: number,
  firing: FiringKey & { standing: Standing; ended: number | null },
): void {
  const { at, triggered, standing, ended } = firing
  const sql =
    'UPDATE recurring_firings SET standing = ?, ended = ? WHERE job = ? AND at = ? AND triggered = ?'
  db.run(sql, [standingCode(standing), ended, job, at, Number(triggered)])
}

/** Forgets a firing. */
export function forgetFiring(db: Connection, job: number, { at, triggered }: FiringKey): void {
  const sql = 'DELETE FROM recurring_firings WHERE job = ? AND at = ? AND triggered = ?'
  db.run(sql, [job, at, Number(triggered)])
}

/** Removes all firings of a recurring job, with their runs and whatever else is kept of them. */
export function deleteFiringsOf(db: Connection, job: number): void {
  const seqs = 'SELECT seq FROM recurring_firings WHERE job = ?'
  for (const table of ['runs', 'finished_runs', 'quiet_ends', 'memos', 'audit', 'firings']) {
    db.run(`DELETE FROM ${table} WHERE seq IN (${seqs})`, [job])
  }
  db.run(`DELETE FROM jobs WHERE seq IN (${seqs})`, [job])
  db.run('DELETE FROM recurring_firings WHERE job = ?', [job])
}

/** How many firings of a job have ended so, by type and the number their status is stored under. */
export function endedFirings(
  db: Connection,
  job: number,
): readonly (readonly [type: string, code: number, count: number])[] {
  const sql = `SELECT f.type, f.status, count(*) FROM recurring_firings r JOIN firings f ON f.seq = r.seq
    WHERE r.job = ? AND r.ended IS NOT NULL GROUP BY f.type, f.status`
  return db.all(sql, [job]) as unknown as readonly [string, number, number][]
}

/** The ids of all firings of a job. */
export function allFirings(db: Connection, { seq, id }: JobName): readonly string[] {
  return idsOf(id, db.all('SELECT at, triggered FROM recurring_firings WHERE job = ?', [seq]))
}

/** The firings of a job that have not ended, by firing time. */
export function unfinishedFirings(
  db: Connection,
  { seq, id }: JobName,
  limit: number = Number.MAX_SAFE_INTEGER,
): readonly UnfinishedFiring[] {
  const sql = `SELECT at, triggered, standing FROM recurring_firings
    WHERE job = ? AND standing < ${FIRST_END} ORDER BY at, triggered LIMIT ?`
  return db.all(sql, [seq, limit]).map(([at, triggered, code]) => ({
    firingId: firingIdOf(id, { at: at as number, triggered: triggered === 1 }),
    state: unfinishedState(code as number),
  }))
}

/** The ids of the firings of a job that stand there, by firing time. */
export function firingsStanding(
  db: Connection,
  { seq, id }: JobName,
  { standing, limit = Number.MAX_SAFE_INTEGER }: { readonly standing: Standing; readonly limit?: number },
): readonly string[] {
  const sql = `SELECT at, triggered FROM recurring_firings
    WHERE job = ? AND standing = ? ORDER BY at, triggered LIMIT ?`
  return idsOf(id, db.all(sql, [seq, standingCode(standing), limit]))
}

/** The ids of those that came to this end first. */
export function firstEnded(
  db: Connection,
  { seq, id }: JobName,
  { standing, limit }: { readonly standing: Standing; readonly limit: number },
): readonly string[] {
  const sql = `SELECT at, triggered FROM recurring_firings
    WHERE job = ? AND standing = ? AND ended IS NOT NULL ORDER BY ended LIMIT ?`
  return idsOf(id, db.all(sql, [seq, standingCode(standing), limit]))
}

function idsOf(jobId: string, rows: ReturnType<Connection['all']>): readonly string[] {
  return rows.map(([at, triggered]) => firingIdOf(jobId, { at: at as number, triggered: triggered === 1 }))
}
