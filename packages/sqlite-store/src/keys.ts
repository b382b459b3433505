import type { Connection } from './connection.ts'

/** How long a request id is remembered. */
export const REQUEST_ID_MS: number = 24 * 60 * 60 * 1000

/** The job that holds a unique key now: its number and id (I6). */
export function holderOf(db: Connection, key: string): { readonly seq: number; readonly id: string } | undefined {
  const row = db.get('SELECT u.seq, j.id FROM unique_keys u JOIN jobs j USING (seq) WHERE u.key = ?', [key])
  return row && { seq: row[0] as number, id: row[1] as string }
}

/** Lets a job hold a key nobody holds. */
export function takeKey(db: Connection, key: string, seq: number): void {
  db.run('INSERT INTO unique_keys (key, seq) VALUES (?, ?)', [key, seq])
}

/** Frees a key if this job holds it; an operator may have released it, and another job taken it. */
export function freeKey(db: Connection, key: string, seq: number): void {
  db.run('DELETE FROM unique_keys WHERE key = ? AND seq = ?', [key, seq])
}

/** Frees a key whoever holds it; says whether it was held. */
export function releaseKey(db: Connection, key: string): boolean {
  return db.run('DELETE FROM unique_keys WHERE key = ?', [key]) > 0
}

/** The id of the job a request id made, if that was in the last 24 hours. */
export function requestedJob(db: Connection, requestId: string, now: number): string | undefined {
  const sql =
    'SELECT j.id FROM request_ids r JOIN jobs j USING (seq) WHERE r.request_id = ? AND r.expires_at > ?'
  return db.get(sql, [requestId, now])?.[0] as string | undefined
}

/** Remembers which job a request id made. */
export function rememberRequest(db: Connection, requestId: string, seq: number, now: number): void {
  db.run('INSERT OR REPLACE INTO request_ids (request_id, seq, expires_at) VALUES (?, ?, ?)', [
    requestId,
    seq,
    now + REQUEST_ID_MS,
  ])
}

/** Forgets a request id with its job. */
export function forgetRequest(db: Connection, requestId: string, seq: number): void {
  db.run('DELETE FROM request_ids WHERE request_id = ? AND seq = ?', [requestId, seq])
}
