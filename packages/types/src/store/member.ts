import type { NewJob } from './jobs.ts'

type Member = Omit<NewJob, 'runAt' | 'delayMs' | 'recurrence' | 'uniqueKey' | 'requestId' | 'retainMs'>

/** A job of a workflow. */
export type WorkflowMember = Member & Required<Pick<NewJob, 'workflowId' | 'workflowTask'>>

/** A job of a batch: its shared step, or one of its items. */
export type BatchMember = Member &
  Required<Pick<NewJob, 'batchId' | 'batchRole'>> &
  Pick<NewJob, 'batchItem' | 'batchPlace'>

/** A job of an instance: due at once, without unique key and request id, kept and removed with the instance. */
export type MemberJob = WorkflowMember | BatchMember
