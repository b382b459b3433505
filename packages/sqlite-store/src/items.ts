import type { PartWrite } from '@dureq/types'
import { OPEN_MS, OPEN_TIMER } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'
import { writeTimers } from './timers.ts'

/** The ordered set in which the name of each item has its place. */
const NAMES = 'names'

/** Items for an instance: the parts they stand in, and their names in order. */
export interface NewItems {
  readonly parts?: readonly PartWrite[]
  readonly names?: readonly string[]
}

/** Adds items behind those an instance has. */
export function addItems(step: Step, stored: StoredInstance, { parts = [], names = [] }: NewItems): void {
  const from = stored.size
  step.instances.parts.add(stored.seq, parts)
  step.instances.parts.mark(
    stored.seq,
    NAMES,
    names.map((name, i) => [name, from + i]),
  )
  stored.size += names.length
  step.instances.changed(stored)
}

/** Says whether more items follow: an instance waits so long for them, and no longer. */
export function setOpen(step: Step, stored: StoredInstance, isOpen: boolean): void {
  stored.isOpen = isOpen
  step.instances.changed(stored)
  writeTimers(step, stored, [{ name: OPEN_TIMER, ...(isOpen && { dueAt: step.now + OPEN_MS }) }])
}

const takenSql = listSql(
  (list) => `SELECT name FROM marks WHERE instance = ?2 AND mark = ?3 AND name IN ${list}`,
)

/** The first of these names that an item has already, one before it among them included. */
export function firstDuplicate(
  step: Step,
  { seq, size }: StoredInstance,
  names: readonly string[],
): string | undefined {
  step.instances.parts.flush()
  const taken = size === 0 ? [] : selectList(step.db, takenSql, names, [seq, NAMES])
  const met = new Set(taken.map(([name]) => name as string))
  for (const name of names) {
    if (met.has(name)) return name
    met.add(name)
  }
  return undefined
}
