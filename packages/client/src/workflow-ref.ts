import { isId, WorkflowNotFoundError } from '@dureq/types'
import { givenId } from './given-id.ts'

/** Names a workflow: its id, or the instance itself, which also tells the type of its output. */
export type WorkflowRef<Output = unknown> = string | { readonly id: string; readonly output?: Output }

/** The id a reference names; undefined when it has not the form of an id, so that there can be no such workflow. */
export function findableWorkflow(ref: WorkflowRef): string | undefined {
  const id = givenId(ref, 'workflow')
  return isId(id) ? id : undefined
}

/**
 * The id a reference names.
 *
 * @throws WorkflowNotFoundError when it has not the form of an id.
 * @throws ValidationError when it is neither a text nor an instance.
 */
export function requireWorkflow(ref: WorkflowRef): string {
  const id = givenId(ref, 'workflow')
  if (isId(id)) return id
  throw new WorkflowNotFoundError(id)
}
