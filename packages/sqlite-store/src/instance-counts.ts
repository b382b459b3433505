import type { InstanceCount, InstanceKind, WorkflowStatus } from '@dureq/types'
import type { Connection } from './connection.ts'
import { instanceStatusCode, instanceStatusOf, kindCode } from './instance-codes.ts'

/** How one step changes the numbers of instances by name and status. */
export interface InstanceCountChanges {
  add(counted: Counted, by: 1 | -1): void
  flush(): void
}

/** What an instance is counted by. */
interface Counted {
  readonly kind: InstanceKind
  readonly name: string
  readonly status: WorkflowStatus
}

/** Collects the changes of one step. */
export function createInstanceCounts(db: Connection): InstanceCountChanges {
  const changes = new Map<string, { readonly counted: Counted; by: number }>()
  return {
    add({ kind, name, status }, by) {
      const key = `${kind} ${status} ${name}`
      const change = changes.get(key)
      if (change === undefined) changes.set(key, { counted: { kind, name, status }, by })
      else change.by += by
    },
    flush() {
      for (const { counted, by } of changes.values()) changeCount(db, counted, by)
      changes.clear()
    },
  }
}

function changeCount(db: Connection, { kind, name, status }: Counted, by: number): void {
  if (by === 0) return
  const key = [kindCode(kind), name, instanceStatusCode(status)]
  const sql = `INSERT INTO instance_counts (kind, name, status, count) VALUES (?, ?, ?, ?)
    ON CONFLICT (kind, name, status) DO UPDATE SET count = count + excluded.count`
  db.run(sql, [...key, by])
  if (by > 0) return
  db.run('DELETE FROM instance_counts WHERE kind = ? AND name = ? AND status = ? AND count = 0', key)
}

// Removed ones are counted until their last slice is gone.
const countSql = `SELECT name, status, sum(count) FROM (
    SELECT name, status, count FROM instance_counts WHERE kind = ?1
    UNION ALL
    SELECT i.name, i.status, -1 FROM instances r JOIN instances i ON i.root = r.seq WHERE r.kind < 0
      AND (i.kind = ?1 OR i.kind = ?2)
  ) GROUP BY name, status HAVING sum(count) > 0 ORDER BY name, status`

/** All counts above 0 of a kind, by name and status. */
export function readInstanceCounts(db: Connection, kind: InstanceKind): readonly InstanceCount[] {
  return db.all(countSql, [kindCode(kind), kindCode(kind, true)]).map(([name, status, count]) => ({
    name: name as string,
    status: instanceStatusOf(status as number),
    count: count as number,
  }))
}
