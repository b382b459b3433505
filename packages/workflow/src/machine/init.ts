import type { Draft } from './draft.ts'
import { hookPart, runHook } from './hooks.ts'
import { isSuspended, setPhase } from './phase.ts'

/** Runs the hook `onInit` before the first task, unless it runs or has run; without one the tasks begin. */
export function beginWithInit(draft: Draft): void {
  if (draft.state.phase !== 'init' || isSuspended(draft) || hookPart(draft, 'onInit') !== null) return
  if (!runHook(draft, 'onInit')) setPhase(draft, 'tasks')
}
