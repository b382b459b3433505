import type { InstanceMessage } from '@dureq/types'
import { completeTask } from './complete-task.ts'
import type { Draft } from './draft.ts'
import { cancelTask, failTask } from './fail-task.ts'
import { factsOf } from './tasks.ts'

type ChildEnded = Extract<InstanceMessage, { kind: 'childEnded' }>

/** A child has ended, and its task with it, unless another child carries that out by now. */
export function onChildEnded(draft: Draft, message: ChildEnded): void {
  const { childId, task, status, output, error = status } = message
  const part = factsOf(draft, task)?.part
  if (part?.status !== 'running' || part.childId !== childId) return
  if (status === 'completed') return completeTask(draft, task, output === undefined ? {} : { output })
  if (status === 'cancelled' && draft.state.ending !== undefined) return cancelTask(draft, task, error)
  failTask(draft, task, `child workflow ${childId} ${status}: ${error}`)
}
