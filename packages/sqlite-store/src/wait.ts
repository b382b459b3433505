import type { MailQueue, WaitRequest, WakeReason } from '@dureq/types'
import { createAlarm } from './alarm.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { firingColumns, firingOf } from './firing-row.ts'
import type { Matcher } from './handler-sets.ts'
import { claimableIn, readArrivals } from './line-group.ts'
import { hasReadyMail } from './mail-arrivals.ts'
import type { NodeMemory, Nudge, Sleeper } from './node-signals.ts'
import { isDraining } from './node-table.ts'
import { readNumbers } from './numbers.ts'
import { readScheduleNumbers } from './recurring-book.ts'

/** How long to wait, and what ends it early. */
export interface WaitOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Waits for a reason to act: `RunsRole.wait`. */
export async function waitForReasons(
  core: Core,
  { nodeId, handlerSet, schedules = false, mailboxes = [] }: WaitRequest,
  { timeoutMs, signal }: WaitOptions,
): Promise<readonly WakeReason[]> {
  const { hub, clock, closed } = core
  const alarm = createAlarm({ clock, timeoutMs, signals: [signal, closed] })
  const waiting = new Waiting({ nodeId, schedules, mailboxes }, alarm.ring)
  // Begins before the first look, and both in the tick of the call, so that nothing falls between.
  const stop = hub.nodes.wait(waiting)
  hub.listen()
  try {
    let look = (db: Connection): readonly WakeReason[] => {
      waiting.matcher = handlerSet === undefined ? undefined : hub.matchers.of(db, handlerSet)
      if (waiting.matcher && hasNewWork(core, db, waiting)) waiting.nudge('work')
      waiting.nudges.add('received')
      return reasonsOf(core, db, waiting)
    }
    do {
      const reasons = await core.read(look)
      if (reasons.length > 0) return reasons
      // From here on it is nudged when there is work, and only if it is its turn.
      look = (db) => reasonsOf(core, db, waiting)
    } while (await alarm.next())
    return []
  } finally {
    stop()
    alarm.end()
  }
}

class Waiting implements Sleeper {
  readonly nodeId: string
  readonly nudges = new Set<Nudge>()
  matcher: Matcher | undefined
  /** It is told of schedules. */
  readonly schedules: boolean
  readonly mailboxes: readonly MailQueue[]
  readonly #ring: () => void

  constructor({ nodeId, schedules, mailboxes }: Required<Omit<WaitRequest, 'handlerSet'>>, ring: () => void) {
    this.nodeId = nodeId
    this.schedules = schedules
    this.mailboxes = mailboxes
    this.#ring = ring
  }

  nudge(nudge: Nudge): void {
    this.nudges.add(nudge)
    this.#ring()
  }
}

/** All reasons known now. */
function reasonsOf(
  core: Core,
  db: Connection,
  { nodeId, nudges, schedules, mailboxes }: Waiting,
): readonly WakeReason[] {
  const memory = core.hub.nodes.memoryOf(nodeId)
  const reasons: WakeReason[] = []
  const { settingsVersion, ticket } = readNumbers(db)
  if (nudges.has('work')) {
    reasons.push({ kind: 'work' })
    // Told is told: only what comes later wakes it again, or it would be told the same until it has claimed.
    memory.asleepSince = Math.max(memory.asleepSince, ticket)
  }
  const mayHaveMail = nudges.delete('received')
  if (nudges.has('mail') || (mayHaveMail && hasNewMail(db, memory, mailboxes))) {
    reasons.push({ kind: 'mail' })
    memory.mailSince = undefined
  }
  if (nudges.has('due') || core.hub.owesDue()) reasons.push({ kind: 'due' })
  reasons.push(...newCancels(db, nodeId, memory))

  const draining = isDraining(db, nodeId) ?? memory.draining
  if (draining !== undefined && (memory.draining ?? draining) !== draining) {
    reasons.push({ kind: 'drain', draining })
  }
  memory.draining = draining

  if ((memory.settingsVersion ?? settingsVersion) !== settingsVersion) reasons.push({ kind: 'settings' })
  memory.settingsVersion = settingsVersion
  if (schedules && isDueEarlier(core, db, memory)) reasons.push({ kind: 'schedules' })
  return reasons
}

/** Whether a schedule may be due earlier than this waiter knows; before its first wait, than its process does. */
function isDueEarlier({ hub }: Core, db: Connection, memory: NodeMemory): boolean {
  const { earlier } = readScheduleNumbers(db)
  const seen = memory.schedulesSeen ?? hub.schedulesSeen ?? earlier
  memory.schedulesSeen = earlier
  return seen !== earlier
}

function hasNewWork(core: Core, db: Connection, { nodeId, matcher }: Waiting): boolean {
  const { asleepSince } = core.hub.nodes.memoryOf(nodeId)
  const rules = core.rulesOf(readNumbers(db))
  return readArrivals(db, asleepSince).some(
    (group) => matcher?.(group) !== undefined && !rules.isPaused(group) && claimableIn(group) > 0,
  )
}

function hasNewMail(db: Connection, { mailSince }: NodeMemory, queues: readonly MailQueue[]): boolean {
  return mailSince !== undefined && hasReadyMail(db, queues, mailSince)
}

const cancelSql = `SELECT ${firingColumns} FROM firings f JOIN jobs j USING (seq) WHERE f.cancel_node = ?`

/** The cancels this node was not told of yet. */
function newCancels(db: Connection, nodeId: string, { toldCancels }: NodeMemory): readonly WakeReason[] {
  const reasons: WakeReason[] = []
  const open = new Set<string>()
  for (const row of db.all(cancelSql, [nodeId])) {
    const { firing } = firingOf(row)
    if (firing.place.kind !== 'leased') continue
    const { token, cancel } = firing.place.lease
    open.add(token)
    if (toldCancels.has(token)) continue
    toldCancels.add(token)
    const reason = cancel?.reason
    reasons.push({ kind: 'cancel', firingId: firing.id, token, ...(reason !== undefined && { reason }) })
  }
  for (const token of toldCancels) if (!open.has(token)) toldCancels.delete(token)
  return reasons
}
