import type { TimerWrite } from '@dureq/types'
import { instanceColumns } from './instance-row.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

/** Sets the timers of an instance, or takes them away. */
export function writeTimers(step: Step, { seq }: StoredInstance, timers: readonly TimerWrite[]): void {
  for (const { name, dueAt } of timers) {
    if (dueAt === undefined) {
      step.db.run('DELETE FROM timers WHERE instance = ? AND name = ?', [seq, name])
      continue
    }
    step.db.run('INSERT OR REPLACE INTO timers (instance, name, due_at) VALUES (?, ?, ?)', [seq, name, dueAt])
    step.news.dueAt = Math.min(step.news.dueAt, dueAt)
  }
}

type DueTimer = readonly [instance: number, name: string, dueAt: number]

const instancesSql = `SELECT ${instanceColumns} FROM instances i
  WHERE i.seq IN (SELECT instance FROM timers WHERE due_at <= ? ORDER BY due_at, name LIMIT ?)`

/** Turns up to `limit` timers that are due into messages; answers with how many. */
export function ringTimers(step: Step, limit: number): number {
  const { db, now } = step
  const sql = 'SELECT instance, name, due_at FROM timers WHERE due_at <= ? ORDER BY due_at, name LIMIT ?'
  const due = db.all(sql, [now, limit]) as unknown as readonly DueTimer[]
  if (due.length === 0) return 0
  step.instances.find(step, instancesSql, [now, limit])
  for (const [instance, name, dueAt] of due) {
    db.run('DELETE FROM timers WHERE instance = ? AND name = ?', [instance, name])
    const stored = step.instances.bySeq(step, instance)
    if (stored !== undefined) step.instances.post(step, stored, { kind: 'timerDue', name, dueAt })
  }
  return due.length
}
