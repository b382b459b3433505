import type { JobStatus, WatchOutcome, WorkflowStatus } from '@dureq/types'
import { createAlarm } from './alarm.ts'
import { listSql, selectList } from './batch.ts'
import { statusOf } from './codes.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { hiddenMembers } from './hidden-members.ts'
import { LOOK_AGAIN_MS } from './hub.ts'
import { instanceStatusOf } from './instance-codes.ts'
import { visibleInstances } from './instance-row.ts'
import type { WaitOptions } from './wait.ts'

/** Waits until one of some jobs and instances has ended: `EventsRole.watch`. */
export async function watchJobs(
  core: Core,
  ids: readonly string[],
  { timeoutMs, signal }: WaitOptions,
): Promise<readonly WatchOutcome[]> {
  const { hub, clock, closed } = core
  const alarm = createAlarm({ clock, timeoutMs, signals: [signal, closed] })
  // Begins before the first look, so that nothing falls between.
  const stopListening = hub.jobs.listen(ids, alarm.ring)
  hub.listen()
  const stopLooking = ringEvery(core, LOOK_AGAIN_MS, alarm.ring)
  const seen = new Set<string>()
  try {
    do {
      const outcomes = await core.read((db) => lookAt(db, ids, seen))
      if (outcomes.length > 0) return outcomes
    } while (await alarm.next())
    return []
  } finally {
    stopLooking()
    stopListening()
    alarm.end()
  }
}

const instanceSql = listSql((list) => `SELECT i.id, i.status FROM ${visibleInstances} WHERE i.id IN ${list}`)

const statusSql = listSql(
  (list) => `SELECT j.id, f.status, f.seq FROM jobs j JOIN firings f USING (seq) WHERE j.id IN ${list}`,
)

/** Instances are asked for only where there is no such job. */
function statusesOf(db: Connection, ids: readonly string[]): ReadonlyMap<string, JobStatus | WorkflowStatus> {
  const statuses = new Map<string, JobStatus | WorkflowStatus>()
  const jobs = selectList(db, statusSql, ids) as unknown as readonly (readonly [string, number, number])[]
  const hidden = hiddenMembers(
    db,
    jobs.map(([, , seq]) => seq),
  )
  for (const [id, code, seq] of jobs) if (!hidden.has(seq)) statuses.set(id, statusOf(code))
  const others = ids.filter((id) => !statuses.has(id))
  for (const [id, code] of selectList(db, instanceSql, others)) {
    statuses.set(id as string, instanceStatusOf(code as number))
  }
  return statuses
}

type End = Exclude<WatchOutcome['state'], 'gone' | 'unknown'>

const ends: ReadonlySet<string> = new Set<End>(['completed', 'dead', 'cancelled', 'failed', 'continued'])

function isEnd(status: string): status is End {
  return ends.has(status)
}

/** The jobs and instances that have ended or do not exist; notes those that go on as seen. */
function lookAt(db: Connection, ids: readonly string[], seen: Set<string>): readonly WatchOutcome[] {
  const statuses = statusesOf(db, ids)
  const outcomes: WatchOutcome[] = []
  for (const id of new Set(ids)) {
    const status = statuses.get(id)
    if (status === undefined) outcomes.push({ id, state: seen.has(id) ? 'gone' : 'unknown' })
    else if (isEnd(status)) outcomes.push({ id, state: status })
    else seen.add(id)
  }
  return outcomes
}

function ringEvery({ clock }: Core, ms: number, ring: () => void): () => void {
  const arm = () =>
    clock.setTimeout(() => {
      ring()
      timer = arm()
    }, ms)
  let timer = arm()
  return () => timer.cancel()
}
