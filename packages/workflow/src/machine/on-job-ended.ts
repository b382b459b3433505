import { type HookName, hookOfTaskName } from '@dureq/dag'
import type { InstanceMessage } from '@dureq/types'
import { completeTask } from './complete-task.ts'
import type { Draft } from './draft.ts'
import { beginEnding, reasonOf } from './ending.ts'
import { cancelTask, failTask } from './fail-task.ts'
import { endHook } from './hooks.ts'
import { setPhase } from './phase.ts'
import { settleCompleted } from './settle-completed.ts'
import { factsOf } from './tasks.ts'

type JobEnded = Extract<InstanceMessage, { kind: 'jobEnded' }>

/** A job has ended: that of a hook, or of a task unless the task is carried out by another one by now. */
export function onJobEnded(draft: Draft, message: JobEnded): void {
  const hook = hookOfTaskName(message.task)
  if (hook !== undefined) return onHookEnded(draft, hook, message)
  const part = factsOf(draft, message.task)?.part
  if (part?.status !== 'running' || part.jobId !== message.jobId) return
  if (message.status === 'completed') return onCompleted(draft, message)
  onFailed(draft, message)
}

function onCompleted(draft: Draft, message: JobEnded): void {
  const { task, continueAsNew } = message
  if (continueAsNew !== undefined) return continueAs(draft, task, continueAsNew)
  completeTask(draft, task, message)
}

/** Of a workflow that is ending anyway the task does not count, so that a retry asks it again. */
function continueAs(draft: Draft, task: string, input: string): void {
  const { ending } = draft.state
  if (ending !== undefined) return cancelTask(draft, task, reasonOf(ending))
  settleCompleted(draft, task, {})
  beginEnding(draft, { status: 'continued', input })
}

/** A job somebody has cancelled failed; one that was cancelled because the workflow is ending did not. */
function onFailed(draft: Draft, { task, status, error = status }: JobEnded): void {
  if (status === 'cancelled' && draft.state.ending !== undefined) return cancelTask(draft, task, error)
  failTask(draft, task, error)
}

function onHookEnded(draft: Draft, hook: HookName, { jobId, status, error }: JobEnded): void {
  const end = {
    jobId,
    status: status === 'dead' ? 'failed' : status,
    ...(error !== undefined && { error }),
  } as const
  const wasPresent = endHook(draft, hook, end)
  if (wasPresent && hook === 'onInit' && draft.state.phase === 'init') setPhase(draft, 'tasks')
}
