import type { WatchOutcome } from '@dureq/types'
import { createAlarm } from './alarm.ts'
import { listSql, selectList } from './batch.ts'
import { statusOf } from './codes.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { LOOK_AGAIN_MS } from './hub.ts'
import type { WaitOptions } from './wait.ts'

/** Waits until one of some jobs has ended: `EventsRole.watch`. */
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

const statusSql = listSql(
  (list) => `SELECT j.id, f.status FROM jobs j JOIN firings f USING (seq) WHERE j.id IN ${list}`,
)

/** The jobs that have ended or do not exist; notes those that go on as seen. */
function lookAt(db: Connection, ids: readonly string[], seen: Set<string>): readonly WatchOutcome[] {
  const statuses = new Map(selectList(db, statusSql, ids).map(([id, code]) => [id, statusOf(code as number)]))
  const outcomes: WatchOutcome[] = []
  for (const id of new Set(ids)) {
    const status = statuses.get(id)
    if (status === undefined) outcomes.push({ id, state: seen.has(id) ? 'gone' : 'unknown' })
    else if (status === 'completed' || status === 'dead' || status === 'cancelled') {
      outcomes.push({ id, state: status })
    } else seen.add(id)
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
