import { type JobDraft, taskJob } from '@dureq/dag'
import type { WorkflowMember } from '@dureq/types'
import type { Draft } from './draft.ts'

/** A job of the workflow, as it is enqueued. */
export function jobOf({ known, tools }: Draft, draft: JobDraft): WorkflowMember {
  const { head, graph, state } = known
  return taskJob({ id: head.id, definition: graph.definition, state }, draft, tools.newId)
}
