import { resolveRetryPolicy, type WorkflowDefinition } from '@dureq/types'
import type { WorkflowState } from './state.ts'
import { MOST_TOGETHER } from './task-lines.ts'

/**
 * The state a new instance begins with: nothing has happened to any task of it.
 *
 * @param depth how many workflows stand above it: 0 for one that is enqueued, that of its parent plus one for a child.
 */
export function initialState({ tasks, retryPolicy }: WorkflowDefinition, depth: number = 0): WorkflowState {
  return {
    phase: 'init',
    attempt: 1,
    maxAttempts: retryPolicy === undefined ? 1 : resolveRetryPolicy(retryPolicy).maxAttempts,
    depth,
    open: tasks.length,
    ready: 0,
    active: 0,
    added: 0,
    ...(tasks.length <= MOST_TOGETHER && { tasks: '' }),
  }
}
