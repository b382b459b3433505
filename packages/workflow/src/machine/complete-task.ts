import type { JsonText } from '@dureq/types'
import { addTasks } from './add-tasks.ts'
import { chooseBranch } from './choose-branch.ts'
import type { Draft } from './draft.ts'
import { settleCompleted, settleSkipped } from './settle-completed.ts'
import { taskFacts } from './tasks.ts'

/** What a task came to. */
export interface Completion {
  /** What its job, child or signal has brought. */
  readonly output?: JsonText
  /** It was not carried out: why. */
  readonly skipped?: string
}

/** A task is done: a condition chooses its branch, a subflow adds its tasks, any other is settled. */
export function completeTask(draft: Draft, name: string, completion: Completion): void {
  const { task } = taskFacts(draft, name)
  if (completion.skipped !== undefined) return settleSkipped(draft, name, completion.skipped)
  draft.outputs.set(name, completion.output ?? null)
  if (task.type === 'condition') return chooseBranch(draft, name, completion.output)
  if (task.type === 'subflow') return addTasks(draft, name, completion.output)
  settleCompleted(draft, name, {})
}
