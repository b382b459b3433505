import type { JobCount, JobStatus } from '@dureq/types'
import { OF_RECURRING, statusCode, statusOf } from './codes.ts'
import type { Connection } from './connection.ts'

/** How one step changes the numbers of jobs by type and status (I3). */
export interface CountChanges {
  add(taskType: string, status: JobStatus, by: 1 | -1): void
  /** The same of ended firings of recurring jobs, by the number their status is stored under. */
  addFirings(taskType: string, code: number, by: number): void
  /** How many there are now. */
  now(taskType: string, status: JobStatus): number
  flush(): void
}

/** Numbers of jobs by `countName`, as far as they are known. */
export type KnownCounts = Map<string, number>

/**
 * Collects the changes of one step, so that a batch costs one statement a type and status.
 *
 * @param shrunk is given the task types of which fewer jobs are pending than before.
 */
export function createCountChanges(db: Connection, known: KnownCounts, shrunk: Set<string>): CountChanges {
  const changes = new Map<string, Map<number, number>>()
  return {
    add(taskType, status, by) {
      this.addFirings(taskType, statusCode(status), by)
    },
    addFirings(taskType, code, by) {
      let ofType = changes.get(taskType)
      if (ofType === undefined) {
        ofType = new Map()
        changes.set(taskType, ofType)
      }
      ofType.set(code, (ofType.get(code) ?? 0) + by)
    },
    now(taskType, status) {
      const code = statusCode(status)
      const name = countName(taskType, code)
      const stored = known.get(name) ?? readCount(db, taskType, code)
      known.set(name, stored)
      return stored + (changes.get(taskType)?.get(code) ?? 0)
    },
    flush() {
      for (const [taskType, ofType] of changes) {
        if ((ofType.get(statusCode('pending')) ?? 0) < 0) shrunk.add(taskType)
        for (const [code, by] of ofType) changeCount(db, known, { taskType, code, by })
      }
      changes.clear()
    },
  }
}

interface CountChange {
  readonly taskType: string
  readonly code: number
  readonly by: number
}

function changeCount(db: Connection, known: KnownCounts, { taskType, code, by }: CountChange): void {
  if (by === 0) return
  const name = countName(taskType, code)
  const count = (known.get(name) ?? readCount(db, taskType, code)) + by
  known.set(name, count)
  if (count > 0) {
    const sql = 'INSERT OR REPLACE INTO counts (type, status, count) VALUES (?, ?, ?)'
    db.run(sql, [taskType, code, count])
  } else db.run('DELETE FROM counts WHERE type = ? AND status = ?', [taskType, code])
}

function countName(taskType: string, code: number): string {
  return `${code} ${taskType}`
}

function readCount(db: Connection, taskType: string, code: number): number {
  const row = db.get('SELECT count FROM counts WHERE type = ? AND status = ?', [taskType, code])
  return (row?.[0] as number | undefined) ?? 0
}

/** All counts of jobs above 0, by type and status. */
export function readCounts(db: Connection): readonly JobCount[] {
  return db
    .all('SELECT type, status, count FROM counts WHERE status < ? ORDER BY type, status', [OF_RECURRING])
    .map(([type, code, count]) => ({
      taskType: type as string,
      status: statusOf(code as number),
      count: count as number,
    }))
}
