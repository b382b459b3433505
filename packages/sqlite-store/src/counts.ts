import type { JobCount, JobStatus } from '@dureq/types'
import { statusCode, statusOf } from './codes.ts'
import type { Connection } from './connection.ts'

/** How one step changes the numbers of jobs by type and status (I3). */
export interface CountChanges {
  add(taskType: string, status: JobStatus, by: 1 | -1): void
  flush(): void
}

const addSql =
  'INSERT INTO counts (type, status, count) VALUES (?, ?, ?) ' +
  'ON CONFLICT (type, status) DO UPDATE SET count = count + excluded.count'

/** Collects the changes of one step, so that a batch costs one statement a type and status. */
export function createCountChanges(db: Connection): CountChanges {
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
        for (const [status, by] of ofType) changeCount(db, { taskType, status, count: by })
      }
      changes.clear()
    },
  }
}

function changeCount(db: Connection, { taskType, status, count }: JobCount): void {
  if (count === 0) return
  const code = statusCode(status)
  db.run(addSql, [taskType, code, count])
  if (count < 0) db.run('DELETE FROM counts WHERE type = ? AND status = ? AND count <= 0', [taskType, code])
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
