import { beginAttempt, RETRY } from './attempts.ts'
import { completeTask } from './complete-task.ts'
import { DEADLINE } from './deadline.ts'
import type { Draft } from './draft.ts'
import { beginEnding, TIMED_OUT } from './ending.ts'
import { failTask } from './fail-task.ts'
import { isSuspended } from './phase.ts'
import { hasRoutes, takeLateRoute, waitTimer } from './signals.ts'
import { factsOf, taskFacts } from './tasks.ts'
import { tellWorkflow } from './tell.ts'

const WAIT = waitTimer('')

/** The task whose wait a timer is of; undefined for the other timers. */
export function taskOfTimer(name: string): string | undefined {
  return name.startsWith(WAIT) ? name.slice(WAIT.length) : undefined
}

/** A timer was due. One that has been set anew or taken away since changes nothing. */
export function onTimerDue(
  draft: Draft,
  { name, dueAt }: { readonly name: string; readonly dueAt: number },
): void {
  const task = taskOfTimer(name)
  if (task !== undefined) return onWaitOver(draft, task, dueAt)
  if (name === DEADLINE && dueAt === draft.state.deadline) onDeadline(draft)
  // A suspended workflow looks at `retryAt` again when it is resumed.
  if (name === RETRY && dueAt === draft.state.retryAt && !isSuspended(draft)) beginAttempt(draft)
}

/** It fails at once for everybody to see; whatever still runs of it is cancelled before it ends. */
function onDeadline(draft: Draft): void {
  const ending = { status: 'failed', error: TIMED_OUT, timedOut: true } as const
  if (beginEnding(draft, ending)) tellWorkflow(draft, 'workflow.timed_out', TIMED_OUT)
}

function onWaitOver(draft: Draft, name: string, dueAt: number): void {
  const facts = factsOf(draft, name)
  if (facts?.part.status !== 'running' || facts.part.until !== dueAt) return
  const { task } = taskFacts(draft, name)
  if (hasRoutes(draft, name)) return takeLateRoute(draft, name)
  const signal = task.type === 'wait' ? task.signal : undefined
  if (signal === undefined) return completeTask(draft, name, {})
  failTask(draft, name, `signal ${JSON.stringify(signal)} did not arrive in time`)
}
