import { parseDuration } from '@dureq/types'
import type { Draft } from './draft.ts'

/** The name of the timer of `executionTimeout`. */
export const DEADLINE = 'deadline'

/** From when on the batch may take as long as its definition allows. */
export function startDeadline({ known, state, timers }: Draft, from: number): void {
  const { executionTimeout } = known.plan
  if (executionTimeout === undefined) return
  state.deadline = from + parseDuration(executionTimeout)
  timers.set(DEADLINE, state.deadline)
}

/** There is no deadline any more: between attempts, and after the end. */
export function clearDeadline({ state, timers }: Draft): void {
  if (state.deadline !== undefined) timers.set(DEADLINE, undefined)
  delete state.deadline
}
