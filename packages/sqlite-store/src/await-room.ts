import { createAlarm } from './alarm.ts'
import { statusCode } from './codes.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { readNumbers } from './numbers.ts'
import type { WaitOptions } from './wait.ts'

/** Waits until fewer jobs of a task type wait than its `maxDepth` allows: `JobsRole.awaitRoom`. */
export async function awaitRoom(core: Core, taskType: string, options: WaitOptions): Promise<boolean> {
  const { timeoutMs, signal } = options
  const { hub, clock, closed } = core
  const alarm = createAlarm({ clock, timeoutMs, signals: [signal, closed] })
  // Heard before the first look, so that nothing falls between.
  const silence = hub.room.listen([taskType], alarm.ring)
  hub.listen()
  try {
    do {
      if (await core.read((db) => hasRoom(core, db, taskType))) return true
    } while (await alarm.next())
    return false
  } finally {
    silence()
    alarm.end()
  }
}

function hasRoom(core: Core, db: Connection, taskType: string): boolean {
  const maxDepth = core.rulesOf(readNumbers(db)).taskType(taskType)?.maxDepth
  if (maxDepth === undefined) return true
  const sql = 'SELECT count FROM counts WHERE type = ? AND status = ?'
  const row = db.get(sql, [taskType, statusCode('pending')])
  return ((row?.[0] as number | undefined) ?? 0) < maxDepth
}
