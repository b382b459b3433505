import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

/** How long a request id of an instance is remembered. */
const REQUEST_ID_MS: number = 24 * 60 * 60 * 1000

/** The id of the instance a request id made, if that was in the last 24 hours. */
export function requestedInstance({ db, now }: Step, requestId: string): string | undefined {
  const sql = 'SELECT instance FROM instance_requests WHERE request_id = ? AND expires_at > ?'
  return db.get(sql, [requestId, now])?.[0] as string | undefined
}

/** Remembers which instance a request id made. */
export function rememberInstance({ db, now }: Step, requestId: string, id: string): void {
  const sql = 'INSERT OR REPLACE INTO instance_requests (request_id, instance, expires_at) VALUES (?, ?, ?)'
  db.run(sql, [requestId, id, now + REQUEST_ID_MS])
}

/** Forgets the request id of an instance. */
export function forgetInstance({ db }: Step, { requestId, id }: StoredInstance): void {
  if (requestId === undefined) return
  db.run('DELETE FROM instance_requests WHERE request_id = ? AND instance = ?', [requestId, id])
}

/** Forgets up to `limit` request ids whose 24 hours are over; answers with how many. */
export function forgetInstances({ db, now }: Step, limit: number): number {
  const over = 'SELECT request_id FROM instance_requests WHERE expires_at <= ? ORDER BY expires_at LIMIT ?'
  return db.run(`DELETE FROM instance_requests WHERE request_id IN (${over})`, [now, limit])
}
