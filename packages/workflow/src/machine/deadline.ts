import { parseDuration } from '@dureq/types'
import type { Draft } from './draft.ts'

/** The name of the timer of `executionTimeout`. */
export const DEADLINE = 'deadline'

/** From when on the workflow may take as long as its definition allows. */
export function startDeadline(draft: Draft, from: number): void {
  const { executionTimeout } = draft.known.graph.definition
  if (executionTimeout === undefined) return clearDeadline(draft)
  setDeadline(draft, from + parseDuration(executionTimeout))
}

/** Time does not count while the workflow is suspended. */
export function stopDeadline(draft: Draft, at: number): void {
  const { deadline } = draft.state
  if (deadline === undefined) return
  clearDeadline(draft)
  draft.state.deadlineLeft = Math.max(0, deadline - at)
}

/** What was left goes on. */
export function resumeDeadline(draft: Draft, at: number): void {
  const { deadlineLeft } = draft.state
  if (deadlineLeft !== undefined) setDeadline(draft, at + deadlineLeft)
}

/** There is no deadline any more: between attempts, and after the end. */
export function clearDeadline(draft: Draft): void {
  if (draft.state.deadline !== undefined) draft.timers.set(DEADLINE, undefined)
  delete draft.state.deadline
  delete draft.state.deadlineLeft
}

function setDeadline(draft: Draft, at: number): void {
  delete draft.state.deadlineLeft
  draft.state.deadline = at
  draft.timers.set(DEADLINE, at)
}
