import type { LeasedTask } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import { textKind } from './instance-codes.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'

const instanceSql = listSql(
  (list) => `SELECT i.id, i.name, t.text
    FROM instances i LEFT JOIN instance_texts t ON t.instance = i.seq AND t.what = ${textKind.input}
    WHERE i.id IN ${list}`,
)

type InstanceRow = readonly [id: string, name: string, input: string | null]

/** Tells of leased firings which of them are for a task, and for which. Reads nothing where none is. */
export function leasedTasks(
  step: Step,
  leased: readonly StoredFiring[],
): (stored: StoredFiring) => LeasedTask | undefined {
  const ids = new Set(leased.flatMap(({ owner }) => (owner === undefined ? [] : [owner.instanceId])))
  if (ids.size === 0) return () => undefined
  step.instances.flush(step)
  const rows = selectList(step.db, instanceSql, [...ids]) as unknown as readonly InstanceRow[]
  const found = new Map(rows.map((row) => [row[0], row]))
  return ({ owner }) => {
    const row = owner && found.get(owner.instanceId)
    if (owner === undefined || row === undefined) return undefined
    const [id, name, input] = row
    return { id, name, task: owner.task, ...(input !== null && { input }) }
  }
}
