import { dispatchItems, sweepStale } from './dispatch.ts'
import { type Draft, demand } from './draft.ts'
import { conclude } from './end.ts'
import { tellInFlight } from './tell-in-flight.ts'

/**
 * What every step ends with: dispatches items, or tells those in flight that the batch is ending, within the budget; if
 * more is left, the batch tells itself to proceed.
 */
export function advance(draft: Draft): void {
  while (moveOn(draft)) conclude(draft)
  const { head } = draft.known
  if (draft.state.phase !== 'over' && draft.more)
    draft.send.push({ to: head.id, message: { kind: 'proceed' }, allowed: ['running'] })
}

/** Says whether something has changed that may lead to more. */
function moveOn(draft: Draft): boolean {
  demand(draft)
  const { phase, ending } = draft.state
  if (phase === 'items') return sweepStale(draft) && dispatchItems(draft)
  if (phase === 'ending' && ending !== undefined) tellInFlight(draft, ending)
  return false
}
