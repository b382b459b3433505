import type { Draft } from './draft.ts'
import { beginEnding } from './ending.ts'
import { ended } from './parts.ts'
import { settleTask } from './settle-task.ts'
import { setTask, taskFacts } from './tasks.ts'
import { tellTask } from './tell.ts'

/** How the errors of handlers that gave up for good begin. */
const PANIC = 'panic: '

/** A task has failed for good, which fails the workflow unless the task may fail. */
export function failTask(draft: Draft, name: string, error: string): void {
  failWith(draft, name, { error, reason: `task ${JSON.stringify(name)} failed: ${error}` })
}

/** The same for an error that names the task already. */
export function failTaskByName(draft: Draft, name: string, error: string): void {
  failWith(draft, name, { error, reason: error })
}

/** A task under way ends with the workflow, and is carried out again if that is retried. */
export function cancelTask(draft: Draft, name: string, error: string): void {
  const { part } = taskFacts(draft, name)
  setTask(draft, name, { ...ended(part, draft.tools.now), status: 'cancelled', error })
}

function failWith(draft: Draft, name: string, { error, reason }: Record<'error' | 'reason', string>): void {
  const { task, part } = taskFacts(draft, name)
  tellTask(draft, name, 'workflow.task.failed', error)
  if (error.startsWith(PANIC)) tellTask(draft, name, 'workflow.task.panicked', error)
  const failed = { ...ended(part, draft.tools.now), status: 'failed', error } as const
  if (task.allowFailure) return settleTask(draft, name, failed)
  setTask(draft, name, failed)
  const { onTaskFailure } = draft.known.graph.definition
  beginEnding(draft, {
    status: 'failed',
    error: reason,
    ...(onTaskFailure === 'finish' && { finish: true }),
  })
}
