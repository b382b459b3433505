import type { ConcurrencyKey, JsonText, WorkflowMember } from '@dureq/types'
import type { Draft } from './draft.ts'

/** What differs between the jobs of a workflow. */
export interface JobDraft {
  /** The task, or the name of the hook's (`hookTaskName`). */
  readonly task: string
  readonly taskType: string
  readonly payload: JsonText
  readonly concurrencyKeys?: readonly ConcurrencyKey[] | undefined
}

const DEFAULT_PRIORITY = 5

/** A job of the workflow, as it is enqueued. What it does not say its handler decides. */
export function jobOf({ known, tools }: Draft, draft: JobDraft): WorkflowMember {
  const { task, taskType, payload, concurrencyKeys } = draft
  const job = {
    id: tools.newId(),
    taskType,
    payload,
    priority: known.graph.definition.defaultPriority ?? DEFAULT_PRIORITY,
    workflowId: known.head.id,
    workflowTask: task,
  }
  return concurrencyKeys === undefined ? job : { ...job, concurrencyKeys }
}
