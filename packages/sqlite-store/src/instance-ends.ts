import type { WorkflowStatus } from '@dureq/types'
import { instanceDue, type keptClasses, textKind } from './instance-codes.ts'
import { removeInstance } from './remove-instance.ts'
import type { Step } from './step.ts'
import { isRoot, type StoredInstance } from './stored-instance.ts'

/** How an instance ends. */
export interface InstanceEnd {
  readonly status: WorkflowStatus
  readonly output?: string | undefined
  readonly error?: string | undefined
  readonly continuedTo?: string | undefined
}

/** Ends an instance: its timers go, who watches it is told, and its retention begins. */
export function endInstance(step: Step, stored: StoredInstance, end: InstanceEnd): void {
  step.instances.setStatus(stored, end.status)
  stored.error = end.error
  stored.continuedTo = end.continuedTo
  stored.completedAt = step.now
  if (end.output !== undefined) step.instances.setText(stored, textKind.output, end.output)
  step.db.run('DELETE FROM timers WHERE instance = ?', [stored.seq])
  step.news.endedJobs.push(stored.id)
  step.instances.changed(stored)
  // One that stands below another goes with it.
  if (!isRoot(stored)) return
  const kept = keptAs(end.status)
  stored.due = { class: instanceDue[kept], at: step.now }
  step.news.dueAt = Math.min(step.news.dueAt, step.now + step.retention[`${kept}Ms`])
}

/** Takes an instance out of its end: what it came to is gone, and it is not due for retention any more. */
export function reviveInstance(step: Step, stored: StoredInstance): void {
  stored.error = undefined
  stored.completedAt = undefined
  stored.due = undefined
  step.instances.flush(step)
  step.db.run('DELETE FROM instance_texts WHERE instance = ? AND what = ?', [stored.seq, textKind.output])
  step.instances.changed(stored)
}

/** How long an end that has not come to rest is left alone, ms. */
const AGAIN_MS = 1_000

/**
 * Removes an ended instance whose retention is over. One of which something is under way, such as its hooks, is looked
 * at again later.
 */
export function expireInstance(step: Step, stored: StoredInstance): void {
  if (stored.completedAt === undefined || !isRoot(stored) || stored.isRemoved) return
  if (stored.completedAt + step.retention[`${keptAs(stored.status)}Ms`] > step.now) return
  step.instances.flush(step)
  if (isAtRest(step, stored)) return removeInstance(step, stored)
  stored.due = { class: instanceDue.again, at: step.now + AGAIN_MS }
  step.instances.changed(stored)
  step.news.dueAt = Math.min(step.news.dueAt, stored.due.at)
}

/** Mail that nobody has asked for within this time holds nothing up, ms. */
const UNREAD_MS = 60_000

function isAtRest({ db, now }: Step, { seq }: StoredInstance): boolean {
  const sql = `SELECT 1 FROM instances
    WHERE root = ? AND (open_jobs > 0 OR completed_at IS NULL OR (mail_to > mail_from AND updated_at > ?)) LIMIT 1`
  return db.get(sql, [seq, now - UNREAD_MS]) === undefined
}

/** @throws TypeError when it is no end. */
function keptAs(status: WorkflowStatus): (typeof keptClasses)[number] {
  switch (status) {
    case 'completed':
    case 'continued':
      return 'completed'
    case 'failed':
      return 'dead'
    case 'cancelled':
      return 'cancelled'
    case 'pending':
    case 'running':
    case 'suspended':
      throw new TypeError(`an instance that is ${status} has not ended`)
  }
}
