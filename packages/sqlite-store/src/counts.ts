import type { JobCount, JobStatus } from '@dureq/types'
import { statusCode, statusOf } from './codes.ts'
import type { Connection } from './connection.ts'

/** How one step changes the numbers of jobs by type and status (I3). */
export interface CountChanges {
  add(taskType: string, status: JobStatus, by: 1 | -1): void
  flush(): void
}

/** Numbers of jobs by `countName`, as far as they are known. */
export type KnownCounts = Map<string, number>

/** Collects the changes of one step, so that a batch costs one statement a type and status. */
export function createCountChanges(db: Connection, known: KnownCounts): CountChanges {
  const changes = new Map<string, Map<JobStatus, number>>()
  return {
    add(taskType, status, by) {
      let ofType = changes.get(taskType)
      if (ofType === undefined) {
        ofType = new Map()
        changes.set(taskType, ofType)
      }
      ofType.set(status, (ofType.get(status) ?? 0) + by)
    },
    flush() {
      for (const [taskType, ofType] of changes) {
        for (const [status, by] of ofType) changeCount(db, known, { taskType, status, count: by })
      }
      changes.clear()
    },
  }
}

function changeCount(db: Connection, known: KnownCounts, { taskType, status, count: by }: JobCount): void {
  if (by === 0) return
  const code = statusCode(status)
  const name = `${code} ${taskType}`
  const count = (known.get(name) ?? readCount(db, taskType, code)) + by
  known.set(name, count)
  if (count > 0) {
    const sql = 'INSERT OR REPLACE INTO counts (type, status, count) VALUES (?, ?, ?)'
    db.run(sql, [taskType, code, count])
  } else db.run('DELETE FROM counts WHERE type = ? AND status = ?', [taskType, code])
}

function readCount(db: Connection, taskType: string, code: number): number {
  const row = db.get('SELECT count FROM counts WHERE type = ? AND status = ?', [taskType, code])
  return (row?.[0] as number | undefined) ?? 0
}

/** All counts above 0, by type and status. */
export function readCounts(db: Connection): readonly JobCount[] {
  return db
    .all('SELECT type, status, count FROM counts ORDER BY type, status')
    .map(([type, code, count]) => ({
      taskType: type as string,
      status: statusOf(code as number),
      count: count as number,
    }))
}
