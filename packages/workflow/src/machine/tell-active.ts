import type { Ending } from '@dureq/dag'
import { cancelChild } from './cancel-child.ts'
import type { Draft } from './draft.ts'
import { reasonOf } from './ending.ts'
import { cancelTask } from './fail-task.ts'
import { tasksIn } from './marked.ts'
import { endTimer } from './signals.ts'
import { setTask, taskFacts } from './tasks.ts'

/**
 * Tells what is under way that the workflow is ending, as far as the budget goes. Waits end at once; jobs and children
 * report their end, and are left alone when a failure lets them finish.
 */
export function tellActive(draft: Draft, ending: Ending): void {
  const waitsOnly = ending.finish === true
  const { active, told = 0, waiting = 0 } = draft.state
  if ((waitsOnly ? waiting : active - told) === 0) return
  const names = tasksIn(draft, waitsOnly ? 'waiting' : 'active', draft.budget + 1)
  for (const name of names.slice(0, draft.budget)) tellTask(draft, name, reasonOf(ending))
  if (names.length > draft.budget) draft.more = true
  draft.budget -= Math.min(draft.budget, names.length)
}

function tellTask(draft: Draft, name: string, reason: string): void {
  const { task, part } = taskFacts(draft, name)
  if (task.type === 'wait') {
    endTimer(draft, name)
    return cancelTask(draft, name, reason)
  }
  const { halted: _, ...rest } = part
  setTask(draft, name, { ...rest, told: true })
  if (part.jobId !== undefined) draft.cancel.push({ id: part.jobId, reason })
  if (part.childId !== undefined) cancelChild(draft, part.childId, reason)
}
