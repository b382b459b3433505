import type { WorkflowDefinition } from '@dureq/types'

/**
 * The concurrency keys of all tasks of a definition, those of its children included: they decide where its instances live.
 * Each once, in the order they first appear.
 */
export function keysOfDefinition({ tasks }: WorkflowDefinition): readonly string[] {
  return [...new Set(tasks.flatMap(keysOfTask))]
}

function keysOfTask(task: WorkflowDefinition['tasks'][number]): readonly string[] {
  if (task.childWorkflowDef !== undefined) return keysOfDefinition(task.childWorkflowDef)
  return ('concurrencyKeys' in task ? (task.concurrencyKeys ?? []) : []).map(({ key }) => key)
}
