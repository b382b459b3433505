import type { ConcurrencyKey, JsonText, NewId, WorkflowDefinition, WorkflowMember } from '@dureq/types'
import type { WorkflowState } from './state.ts'

/** The workflow a job is of. */
export interface JobOwner {
  readonly id: string
  readonly definition: Pick<WorkflowDefinition, 'defaultPriority'>
  readonly state: Pick<WorkflowState, 'headers'>
}

/** What differs between the jobs of a workflow. */
export interface JobDraft {
  /** The task, or the name of the hook's (`hookTaskName`). */
  readonly task: string
  readonly taskType: string
  readonly payload: JsonText
  readonly concurrencyKeys?: readonly ConcurrencyKey[] | undefined
}

type WritableJob = { -readonly [Name in keyof WorkflowMember]: WorkflowMember[Name] }

const DEFAULT_PRIORITY = 5

/** A job of a workflow, as it is enqueued. What it does not say its handler decides. */
export function taskJob({ id, definition, state }: JobOwner, draft: JobDraft, newId: NewId): WorkflowMember {
  const { task, taskType, payload, concurrencyKeys } = draft
  const job: WritableJob = {
    id: newId(),
    taskType,
    payload,
    priority: definition.defaultPriority ?? DEFAULT_PRIORITY,
    workflowId: id,
    workflowTask: task,
  }
  // Not spread: that takes several times as long, and this is done for every task.
  if (state.headers !== undefined) job.headers = state.headers
  if (concurrencyKeys !== undefined) job.concurrencyKeys = concurrencyKeys
  return job
}
