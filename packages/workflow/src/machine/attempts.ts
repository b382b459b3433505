import type { Ending } from '@dureq/dag'
import {
  instanceBackoffMs,
  hasAttemptsLeft as mayTryAgain,
  type ResolvedRetryPolicy,
  resolveRetryPolicy,
} from '@dureq/types'
import { cancelChild } from './cancel-child.ts'
import { clearDeadline, startDeadline } from './deadline.ts'
import { dependantsOf } from './dependencies.ts'
import type { Draft } from './draft.ts'
import { tasksIn } from './marked.ts'
import { SUPERSEDED } from './on-child-retried.ts'
import { setPhase } from './phase.ts'
import { resetTasks } from './reset.ts'
import { factsOf, setTask, taskFacts, wantTasks } from './tasks.ts'
import { tellWorkflow } from './tell.ts'

/** The name of the timer of a backoff. */
export const RETRY = 'retry'

/** Whether a failure is retried by itself. */
export function hasAttemptsLeft({ known, state }: Draft, { error = '' }: Ending): boolean {
  return mayTryAgain(policyOf(known.graph.definition), state, error)
}

/** The attempt has failed; the next one begins after the backoff of the policy. */
export function backOff(draft: Draft, { error }: Ending): void {
  const { state, tools } = draft
  const policy = policyOf(draft.known.graph.definition) as ResolvedRetryPolicy
  setPhase(draft, 'backoff')
  delete state.ending
  clearDeadline(draft)
  state.retryAt = tools.now + instanceBackoffMs(policy, state, tools.random)
  draft.timers.set(RETRY, state.retryAt)
  tellWorkflow(draft, 'workflow.retrying', error)
}

/**
 * The next attempt begins: what failed or was cancelled, and what the definition wants done again, is pending again, and
 * the whole `executionTimeout` is left.
 */
export function beginAttempt(draft: Draft): void {
  setPhase(draft, 'tasks')
  draft.state.attempt++
  delete draft.state.retryAt
  startDeadline(draft, draft.tools.now)
  const undone = undoneTasks(draft)
  for (const name of undone) leaveChild(draft, name)
  resetTasks(draft, undone)
}

/** Another child will carry the task out: the one that did must not run beside it, whoever has retried it meanwhile. */
function leaveChild(draft: Draft, name: string): void {
  const childId = factsOf(draft, name)?.part.childId
  if (childId !== undefined) cancelChild(draft, childId, SUPERSEDED)
}

/** A retry by hand begins another life: as many attempts again, and conditions may be evaluated as often again. */
export function beginLife(draft: Draft): void {
  const { state, known } = draft
  state.maxAttempts = state.attempt + (policyOf(known.graph.definition)?.maxAttempts ?? 1)
  for (const name of tasksIn(draft, 'unmet')) forgetIterations(draft, name)
  beginAttempt(draft)
}

function policyOf({ retryPolicy }: Draft['known']['graph']['definition']): ResolvedRetryPolicy | undefined {
  return retryPolicy === undefined ? undefined : resolveRetryPolicy(retryPolicy)
}

/** With what was left out because of a choice that is made again. */
function undoneTasks(draft: Draft): ReadonlySet<string> {
  const undone = new Set([...tasksIn(draft, 'unmet'), ...tasksIn(draft, 'redo')])
  for (const name of undone) {
    const dependants = dependantsOf(draft, name)
    wantTasks(draft, dependants)
    for (const dependant of dependants) if (taskFacts(draft, dependant).part.leftOut) undone.add(dependant)
  }
  return undone
}

function forgetIterations(draft: Draft, name: string): void {
  const { iterations: _, ...part } = taskFacts(draft, name).part
  setTask(draft, name, part)
}
