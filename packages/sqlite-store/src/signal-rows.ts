import { type InstanceMessage, type PendingSignal, SIGNAL_DEDUPE_MS, type SignalStats } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Connection, SqlRow, SqlValue } from './connection.ts'
import { visibleInstances } from './instance-row.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

type Signal = Extract<InstanceMessage, { readonly kind: 'signal' }>

/** Whether a signal with this dedupe key was recorded in the last 30 days. */
export function isDuplicate({ db, now }: Step, { seq }: StoredInstance, { dedupeKey }: Signal): boolean {
  if (dedupeKey === undefined) return false
  const sql = 'SELECT 1 FROM signal_keys WHERE instance = ? AND key = ? AND expires_at > ?'
  return db.get(sql, [seq, dedupeKey, now]) !== undefined
}

/** Adds a signal to the pending ones, and remembers its dedupe key. */
export function addSignal(step: Step, stored: StoredInstance, signal: Signal): void {
  const { id, name, payload, dedupeKey } = signal
  const columns = 'seq, instance, id, name, sent_at, dedupe_key, payload'
  const seq = ++step.numbers.ticket
  const row = [seq, stored.seq, id, name, step.now, dedupeKey ?? null, payload ?? null]
  step.db.run(`INSERT INTO signals (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`, row)
  stored.signals++
  step.instances.changed(stored)
  if (dedupeKey === undefined) return
  const sql = 'INSERT OR REPLACE INTO signal_keys (instance, key, expires_at) VALUES (?, ?, ?)'
  step.db.run(sql, [stored.seq, dedupeKey, step.now + SIGNAL_DEDUPE_MS])
}

const pendingSql = `SELECT EXISTS (SELECT 1 FROM signals WHERE instance = ?1 AND id = value)
  FROM json_each(?2)`

/** Whether each of these signals is pending. */
export function arePending(db: Connection, instance: number, ids: readonly string[]): readonly boolean[] {
  if (ids.length === 0) return []
  return db.all(pendingSql, [instance, JSON.stringify(ids)]).map(([isPending]) => isPending === 1)
}

/** Takes pending signals away; those that are not pending are passed over. */
export function takeSignals(step: Step, stored: StoredInstance, ids: readonly string[]): void {
  if (ids.length === 0) return
  const sql = 'DELETE FROM signals WHERE instance = ?1 AND id IN (SELECT value FROM json_each(?2))'
  stored.signals -= step.db.run(sql, [stored.seq, JSON.stringify(ids)])
  step.instances.changed(stored)
}

/** Hands pending signals and dedupe keys over to the instance that goes on. */
export function passSignalsOn(step: Step, from: StoredInstance, to: StoredInstance): void {
  const { db } = step
  if (from.signals > 0) db.run('UPDATE signals SET instance = ? WHERE instance = ?', [to.seq, from.seq])
  db.run('UPDATE OR REPLACE signal_keys SET instance = ? WHERE instance = ?', [to.seq, from.seq])
  to.signals += from.signals
  from.signals = 0
  step.instances.changed(from)
  step.instances.changed(to)
}

/** Forgets about `limit` dedupe keys whose 30 days are over; answers with how many. */
export function forgetSignalKeys({ db, now }: Step, limit: number): number {
  const over = 'SELECT expires_at FROM signal_keys WHERE expires_at <= ? ORDER BY expires_at LIMIT ?'
  const last = `SELECT max(expires_at) FROM (${over})`
  return db.run(`DELETE FROM signal_keys WHERE expires_at <= (${last})`, [now, limit])
}

/** The pending signals of an instance: `MailboxesRole.signals`. */
export function readSignals(
  db: Connection,
  id: string,
  { name, limit }: { readonly name?: string; readonly limit: number },
): readonly PendingSignal[] {
  const named = name === undefined ? '' : 'AND s.name = ?'
  const sql = `SELECT s.id, s.name, s.sent_at, s.dedupe_key, s.payload
    FROM ${visibleInstances} JOIN signals s ON s.instance = i.seq
    WHERE i.id = ? ${named} ORDER BY s.seq LIMIT ?`
  const params: readonly SqlValue[] = name === undefined ? [id, limit] : [id, name, limit]
  return db.all(sql, params).map(signalOf)
}

function signalOf([id, name, sentAt, dedupeKey, payload]: SqlRow): PendingSignal {
  return {
    id: id as string,
    name: name as string,
    sentAt: sentAt as number,
    ...(typeof payload === 'string' && { payload }),
    ...(typeof dedupeKey === 'string' && { dedupeKey }),
  }
}

const statsSql = listSql(
  (list) => `SELECT i.id, i.signals, (SELECT sent_at FROM signals WHERE instance = i.seq ORDER BY seq LIMIT 1)
    FROM ${visibleInstances} WHERE i.id IN ${list}`,
)

/** The pending signals of instances, counted: `MailboxesRole.signalStats`. */
export function readSignalStats(db: Connection, ids: readonly string[]): readonly SignalStats[] {
  const found = new Map(
    selectList(db, statsSql, ids).map(([id, pending, oldestAt]): [SqlValue, SignalStats] => [
      id as string,
      { pending: pending as number, ...(typeof oldestAt === 'number' && { oldestAt }) },
    ]),
  )
  return ids.map((id) => found.get(id) ?? { pending: 0 })
}
