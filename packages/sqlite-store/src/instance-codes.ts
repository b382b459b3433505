import type { InstanceKind, WorkflowStatus } from '@dureq/types'

/** The kinds of instances by the number they are stored under. The order is part of the file format. */
const kinds: readonly InstanceKind[] = ['workflow', 'batch', 'group']

/** The statuses of instances by the number they are stored under. The order is part of the file format. */
const statuses = [
  'pending',
  'running',
  'suspended',
  'completed',
  'failed',
  'cancelled',
  'continued',
] as const satisfies readonly WorkflowStatus[]

/** The number a kind is stored under; that of a removed instance is below 0. */
export function kindCode(kind: InstanceKind, isRemoved: boolean = false): number {
  const code = kinds.indexOf(kind)
  return isRemoved ? ~code : code
}

/** The kind behind a stored number. */
export function kindOf(code: number): InstanceKind {
  return kinds[code < 0 ? ~code : code] as InstanceKind
}

/** The number a status is stored under. */
export function instanceStatusCode(status: WorkflowStatus): number {
  return statuses.indexOf(status)
}

/** The status behind a stored number. */
export function instanceStatusOf(code: number): WorkflowStatus {
  return statuses[code] as WorkflowStatus
}

/** What the `due_at` of an instance means. */
export const instanceDue = {
  /** It ended at this instant; the retention setting of this name says when it is removed. */
  completed: 1,
  dead: 2,
  cancelled: 3,
  /** Its retention is over, but something below it was not at rest: it is looked at again at this instant. */
  again: 4,
  /** It was removed, at this instant: what is left of it is taken away. */
  slice: 5,
  /** A group: it takes no more messages from then on. */
  cut: 6,
} as const

/** The retention settings ended instances go by, by due class. */
export const keptClasses = ['completed', 'dead', 'cancelled'] as const

/** Which texts of an instance stand in `instance_texts`. */
export const textKind = { input: 0, output: 1 } as const
