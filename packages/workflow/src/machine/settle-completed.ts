import type { TaskPart } from '@dureq/dag'
import type { Draft } from './draft.ts'
import { ended } from './parts.ts'
import { settleTask } from './settle-task.ts'
import { taskFacts } from './tasks.ts'
import { tellTask } from './tell.ts'

/** Settles a task as completed, with what else it came to. */
export function settleCompleted(draft: Draft, name: string, more: Partial<TaskPart>): void {
  const { part } = taskFacts(draft, name)
  tellTask(draft, name, 'workflow.task.completed')
  const completed = Object.assign(ended(part, draft.tools.now), more)
  completed.status = 'completed'
  settleTask(draft, name, completed)
}

/** Settles a task that is done without having been carried out; a condition has chosen no branch then. */
export function settleSkipped(draft: Draft, name: string, skipped: string): void {
  const { part } = taskFacts(draft, name)
  tellTask(draft, name, 'workflow.task.completed', skipped === '' ? 'skip' : `skip: ${skipped}`)
  settleTask(draft, name, { ...ended(part, draft.tools.now), status: 'completed', skipped })
}
