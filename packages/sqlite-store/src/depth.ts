import { cancelFiring, type JobDefinition } from '@dureq/types'
import type { LineName } from './line-book.ts'
import { type LineGroup, standingIn } from './line-group.ts'
import { applyMove } from './moves.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'

/** What becomes of a new job as far as the depth of its task type goes. */
export type Entry =
  | { readonly kind: 'let in' }
  | { readonly kind: 'full'; readonly limit: number }
  /** It is let in, since this one can go. */
  | { readonly kind: 'instead'; readonly of: StoredFiring }

const letIn: Entry = { kind: 'let in' }

/** Decides whether a job may join a line now. What does not stand in a line yet is let in. */
export function entryOf(step: Step, job: JobDefinition): Entry {
  const { maxDepth, whenFull = 'reject' } = step.rules.taskType(job.taskType) ?? {}
  if (maxDepth === undefined || step.counts.now(job.taskType, 'pending') < maxDepth) return letIn
  const full: Entry = { kind: 'full', limit: maxDepth }
  if (whenFull === 'reject') return full
  const oldest = oldestInstead(step, job)
  return oldest === undefined ? full : { kind: 'instead', of: oldest }
}

/** The error of a job that went for a newer one. */
const droppedText = 'dropped: queue full'

/** Lets a waiting job go. */
export function drop(step: Step, stored: StoredFiring): void {
  const move = cancelFiring(stored.firing, droppedText, step.now)
  if (move.kind === 'moved') applyMove(step, stored, move)
}

/** Who has to go for a job: the head of its own line, else of the next line of its type. */
function oldestInstead(step: Step, job: JobDefinition): StoredFiring | undefined {
  const { taskType: type, version = '', priority } = job
  step.firings.flush()
  const key = job.concurrencyKeys?.[0]?.key ?? ''
  const own = headOf(step, { tier: step.rules.tierOf(priority), type, version, key })
  if (own !== undefined) return own
  for (const group of step.lines.inTurn()) {
    if (group.type !== type || standingIn(group) === 0) continue
    const head = headOf(step, { ...group, key: firstLineOf(step, group) })
    if (head !== undefined) return head
  }
  return undefined
}

/** The key of a line of a group in which somebody stands; empty for the one of the jobs without. */
function firstLineOf(step: Step, group: LineGroup): string {
  if (group.waiting > 0) return ''
  const sql = `SELECT first_key FROM firings WHERE tier = ? AND type = ? AND version = ? AND pos IS NOT NULL LIMIT 1`
  return (step.db.get(sql, [group.tier, group.type, group.version])?.[0] as string | undefined) ?? ''
}

/** The first pending one: retries, which were let in before, may stand before it. */
function headOf(step: Step, line: LineName): StoredFiring | undefined {
  for (let limit = 1; ; limit *= 8) {
    const found = step.firings.inLine(line, limit)
    const pending = found.find(({ stored }) => stored.firing.status === 'pending')
    if (pending !== undefined) return pending.stored
    if (found.length < limit) return undefined
  }
}
