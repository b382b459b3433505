import type { Connection } from './connection.ts'
import type { Step } from './step.ts'

/** How long a request id is remembered. */
const REQUEST_ID_MS: number = 24 * 60 * 60 * 1000

/** The id of the job that holds a unique key now (I6). */
export function holderOf(db: Connection, key: string): string | undefined {
  return db.get('SELECT job_id FROM unique_keys WHERE key = ?', [key])?.[0] as string | undefined
}

/** Lets a job hold a key nobody holds. */
export function takeKey(db: Connection, key: string, jobId: string): void {
  db.run('INSERT INTO unique_keys (key, job_id) VALUES (?, ?)', [key, jobId])
}

/** Frees a key if this job holds it; an operator may have released it, and another job taken it. */
export function freeKey(db: Connection, key: string, jobId: string): void {
  db.run('DELETE FROM unique_keys WHERE key = ? AND job_id = ?', [key, jobId])
}

/** Frees a key whoever holds it; says whether it was held. */
export function releaseKey(db: Connection, key: string): boolean {
  return db.run('DELETE FROM unique_keys WHERE key = ?', [key]) > 0
}

/** The id of the job a request id made, if that was in the last 24 hours. */
export function requestedJob(db: Connection, requestId: string, now: number): string | undefined {
  const sql = 'SELECT job_id FROM request_ids WHERE request_id = ? AND expires_at > ?'
  return db.get(sql, [requestId, now])?.[0] as string | undefined
}

/** Remembers which job a request id made. */
export function rememberRequest(db: Connection, requestId: string, jobId: string, now: number): void {
  db.run('INSERT OR REPLACE INTO request_ids (request_id, job_id, expires_at) VALUES (?, ?, ?)', [
    requestId,
    jobId,
    now + REQUEST_ID_MS,
  ])
}

/** Forgets a request id with its job. */
export function forgetRequest(db: Connection, requestId: string, jobId: string): void {
  db.run('DELETE FROM request_ids WHERE request_id = ? AND job_id = ?', [requestId, jobId])
}

/** Forgets up to `limit` request ids whose 24 hours are over; answers with how many. */
export function forgetRequests(step: Step, limit: number): number {
  const over = 'SELECT request_id FROM request_ids WHERE expires_at <= ? ORDER BY expires_at LIMIT ?'
  return step.db.run(`DELETE FROM request_ids WHERE request_id IN (${over})`, [step.now, limit])
}
