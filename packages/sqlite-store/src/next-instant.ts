import type { Retention } from '@dureq/types'
import { LANE_MS } from './call-lanes.ts'
import { dueClass, retainedClasses } from './codes.ts'
import type { Connection } from './connection.ts'
import { KEPT_EVENTS_MS } from './event-log.ts'
import { instanceDue, keptClasses } from './instance-codes.ts'
import { dailyKinds, forgetDayAt, readExcess, tallyKind } from './tallies.ts'

/** When time alone will next change something. */
export interface NextInstant {
  /** Something that callers can see changes then; undefined when nothing will. */
  readonly visible: number | undefined
  /** The store has something to clean up from then on. */
  readonly any: number | undefined
}

const firstDue = (code: number): string =>
  `(SELECT min(due_at) FROM firings WHERE due_class = ${code} AND due_at IS NOT NULL)`

const firstDay = (kind: number): string => `(SELECT min(of) FROM tallies WHERE kind = ${kind})`

const sql = `SELECT
  ${firstDue(dueClass.exact)},
  ${firstDue(dueClass.lease)},
  ${retainedClasses.map((status) => firstDue(dueClass[status])).join(', ')},
  (SELECT min(expires_at) FROM nodes),
  (SELECT min(expires_at) FROM locks),
  (SELECT min(expires_at) FROM request_ids),
  (SELECT min(at) FROM lanes),
  (SELECT at FROM events ORDER BY last LIMIT 1),
  (SELECT min(wake_at) FROM concurrency_keys WHERE wake_at IS NOT NULL),
  (SELECT min(wake_at) FROM flow_limits),
  (SELECT min(due_at) FROM unserved),
  EXISTS (SELECT 1 FROM instances),
  ${dailyKinds.map((kind) => firstDay(tallyKind[kind])).join(', ')}`

const firstInstance = (code: number): string =>
  `(SELECT min(due_at) FROM instances WHERE due_class = ${code} AND due_at IS NOT NULL)`

const instancesSql = `SELECT
  (SELECT min(due_at) FROM timers),
  ${firstInstance(instanceDue.again)},
  ${firstInstance(instanceDue.cut)},
  ${keptClasses.map((kept) => firstInstance(instanceDue[kept])).join(', ')},
  (SELECT min(expires_at) FROM instance_requests),
  (SELECT min(expires_at) FROM signal_keys)`

/**
 * Finds the next instant in one query.
 *
 * @param pausedUntil before this instant retention removes no jobs.
 */
export function nextInstant(db: Connection, retention: Retention, pausedUntil: number): NextInstant {
  const row = db.get(sql) as readonly (number | null)[]
  const [exact, lease, completed, dead, cancelled, node, lock, request, lane, eventAt, ...more] = row
  const [key, limit, unserved, instances, ...days] = more
  const outlived = [
    after(completed, retention.completedMs),
    after(dead, retention.deadMs),
    after(cancelled, retention.cancelledMs),
  ]
  const visible = earliest([
    exact,
    lease,
    ...outlived.map((at) => at && Math.max(at, pausedUntil)),
    ...readExcess(db, retention).map(({ dueClass: kept }) => [completed, dead, cancelled][kept - 1]),
    node,
    lock,
    request,
    after(eventAt, KEPT_EVENTS_MS),
    key,
    limit,
    unserved,
    // Who has no instances does not pay for them.
    instances === 1 ? nextOfInstances(db, retention) : undefined,
  ])
  return { visible, any: earliest([visible, after(lane, LANE_MS), ...days.map(forgetDayAt)]) }
}

function nextOfInstances(db: Connection, retention: Retention): number | undefined {
  const row = db.get(instancesSql) as readonly (number | null)[]
  const [timer, again, cut, completed, dead, cancelled, request, signalKey] = row
  return earliest([
    timer,
    again,
    cut,
    after(completed, retention.completedMs),
    after(dead, retention.deadMs),
    after(cancelled, retention.cancelledMs),
    request,
    signalKey,
  ])
}

function after(instant: number | null | undefined, ms: number): number | null {
  return instant == null ? null : instant + ms
}

function earliest(instants: readonly (number | null | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant != null)
  return known.length === 0 ? undefined : Math.min(...known)
}
