import type { Collected } from '@dureq/types'
import { withPartition } from '@dureq/types'
import { newInstance } from './create-instance.ts'
import { instanceDue, textKind } from './instance-codes.ts'
import { instanceColumns } from './instance-row.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

/** The groups that some tasks go to, while they take messages. */
export interface OpenGroups {
  /** The group a task goes to: it begins one when there is none. */
  of(task: Collected): StoredInstance
}

const openSql = `SELECT ${instanceColumns} FROM json_each(?) g CROSS JOIN instances i
  ON i.name = g.value ->> 0 AND i.collects = g.value ->> 1`

/** Finds the groups of tasks, all at once. */
export function openGroups(step: Step, tasks: readonly Collected[]): OpenGroups {
  const wanted = new Set(tasks.map(keyOf))
  const found = step.instances.find(step, openSql, [`[${[...wanted].join(',')}]`])
  const open = new Map<string, StoredInstance>()
  for (const stored of found) {
    const { name: group, collects: taskType } = stored
    if (taskType !== undefined) open.set(keyOf({ group, taskType }), stored)
  }
  return {
    of(task) {
      const key = keyOf(task)
      const known = open.get(key)
      // One that was cut since takes no more.
      if (known?.collects !== undefined) return known
      const begun = beginGroup(step, task)
      open.set(key, begun)
      return begun
    },
  }
}

function keyOf({ group, taskType }: Pick<Collected, 'group' | 'taskType'>): string {
  return JSON.stringify([group, taskType])
}

/** A group goes by the id of the task that begins it. */
function beginGroup(step: Step, { id, group, taskType }: Collected): StoredInstance {
  const draft = {
    id: withPartition(id, 0),
    kind: 'group',
    name: group,
    state: '{}',
    collects: taskType,
  } as const
  const stored = newInstance(step, draft, undefined)
  step.instances.add(stored)
  step.instances.setText(stored, textKind.input, JSON.stringify(taskType))
  return stored
}

/** Lets a group take no more messages: it is for an aggregator from now on. */
export function cutGroup(step: Step, stored: StoredInstance): void {
  stored.collects = undefined
  stored.due = undefined
  step.instances.post(step, stored, { kind: 'cut' })
}

const dueSql = `SELECT ${instanceColumns} FROM instances i
  WHERE i.due_class = ? AND i.due_at <= ? ORDER BY i.due_at LIMIT ?`

/** Cuts up to `limit` groups whose time is over; answers with how many. */
export function cutDueGroups(step: Step, limit: number): number {
  const due = step.instances.find(step, dueSql, [instanceDue.cut, step.now, limit])
  for (const stored of due) cutGroup(step, stored)
  return due.length
}
