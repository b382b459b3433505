import { dispatchReady } from './dispatch.ts'
import { type Draft, demand } from './draft.ts'
import { endIfDone } from './end.ts'
import { beginRounds } from './loops.ts'
import { isSuspended } from './phase.ts'
import { relayToChildren } from './relay.ts'
import { tellActive } from './tell-active.ts'

/** What every message ends with: rounds of loops whose last task it was begin, and so does the end of the workflow. */
export function conclude(draft: Draft): void {
  demand(draft)
  if (draft.state.phase === 'tasks') beginRounds(draft)
  endIfDone(draft)
}

/**
 * What every step ends with: begins what is ready, or tells what is under way that the workflow is ending, within the
 * budget; if more is left, the workflow tells itself to proceed.
 */
export function advance(draft: Draft): void {
  while (moveOn(draft)) conclude(draft)
  if (draft.state.phase === 'over') return
  relayToChildren(draft)
  if (draft.more) proceed(draft)
}

/** Says whether something has changed that may lead to more. */
function moveOn(draft: Draft): boolean {
  demand(draft)
  const { phase, ending } = draft.state
  if (phase === 'tasks') return !isSuspended(draft) && dispatchReady(draft)
  if (phase !== 'ending' || ending === undefined) return false
  const { active } = draft.state
  tellActive(draft, ending)
  return draft.state.active < active
}

function proceed(draft: Draft): void {
  const allowed = ['pending', 'running', 'suspended'] as const
  draft.send.push({ to: draft.known.head.id, message: { kind: 'proceed' }, allowed })
}
