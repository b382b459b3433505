import type { BatchRole, Firing, JobDefinition, RunRecord } from '@dureq/types'

/** A firing as one step works with it: what the rules see, and what only the tables know. */
export interface StoredFiring {
  readonly seq: number
  readonly uniqueKey: string | undefined
  readonly requestId: string | undefined
  /** Of a member of an instance; undefined for all others. */
  readonly owner: MemberOf | undefined
  /** Those a listing finds it by: none of a firing of a recurring job. */
  readonly tags: readonly string[]
  /** What else is kept of it: a sum of `firingMarks`. */
  marks: number
  firing: Firing
  /** The newest finished run. It joins the older ones when the next run begins. */
  lastRun: RunRecord | undefined
  /** The number of the tier it stands in, or was leased from; null while it is neither in a line nor leased. */
  tier: number | null
  /** Its number in its line; null when it stands in none. */
  pos: number | null
  /** Its place in the listing of its status; null while pending. */
  listedAt: number | null
}

/** The instance a job is a member of, and the task of it: of a batch its shared step, or the place of an item. */
export interface MemberOf {
  readonly instanceId: string
  readonly task: string
  /** Of a member of a batch. */
  readonly role?: BatchRole
  readonly item?: string | undefined
}

/** What else may be kept of a firing. These numbers are part of the file format. */
export const firingMarks = {
  /** Something its later runs are to know. */
  remembers: 1,
  /** Who gave orders to it. */
  audited: 2,
} as const

/** Whose member a job is. */
export function ownerOf({
  workflowId,
  workflowTask,
  batchId,
  batchRole,
  batchItem,
  batchPlace,
}: JobDefinition): MemberOf | undefined {
  if (workflowId !== undefined && workflowTask !== undefined) {
    return { instanceId: workflowId, task: workflowTask }
  }
  if (batchId === undefined || batchRole === undefined) return undefined
  const task = batchRole === 'onetime' ? batchRole : String(batchPlace ?? '')
  return { instanceId: batchId, task, role: batchRole, item: batchItem }
}

/** Whether it is a firing of a recurring job: these are numbered from -1 down. */
export function isOfRecurring({ seq }: Pick<StoredFiring, 'seq'>): boolean {
  return seq < 0
}

/** What is stored of a job as JSON: what it states, without what has a column of its own and without defaults. */
export type JobOptions = Partial<
  Omit<JobDefinition, 'id' | 'taskType' | 'payload' | 'priority' | 'schedule' | 'createdAt' | 'version'>
>
