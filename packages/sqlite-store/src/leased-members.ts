import type { LeasedRun } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import { textKind } from './instance-codes.ts'
import type { Step } from './step.ts'
import type { MemberOf, StoredFiring } from './stored-firing.ts'

const instanceSql = listSql(
  (list) => `SELECT i.id, i.name, t.text
    FROM instances i LEFT JOIN instance_texts t ON t.instance = i.seq AND t.what = ${textKind.input}
    WHERE i.id IN ${list}`,
)

type InstanceRow = readonly [id: string, name: string, input: string | null]

/** What a run is told of the instance it works for. */
export type LeasedMember = Pick<LeasedRun, 'workflow' | 'batch'>

const noMember: LeasedMember = {}

/** Tells of leased firings which of them work for an instance, and what for. Reads nothing where none does. */
export function leasedMembers(
  step: Step,
  leased: readonly StoredFiring[],
): (stored: StoredFiring) => LeasedMember {
  const ids = new Set(leased.flatMap(({ owner }) => (owner === undefined ? [] : [owner.instanceId])))
  if (ids.size === 0) return () => noMember
  step.instances.flush(step)
  const rows = selectList(step.db, instanceSql, [...ids]) as unknown as readonly InstanceRow[]
  const found = new Map(rows.map((row) => [row[0], row]))
  return ({ owner }) => {
    const row = owner && found.get(owner.instanceId)
    return row === undefined ? noMember : memberOf(owner as MemberOf, row)
  }
}

function memberOf({ task, role, item }: MemberOf, [id, name, input]: InstanceRow): LeasedMember {
  if (role === undefined) return { workflow: { id, name, task, ...(input !== null && { input }) } }
  const ofItem = item !== undefined && { item }
  return { batch: { id, name, role, ...ofItem, ...(input !== null && { onetimeResult: input }) } }
}
