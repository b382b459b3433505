import type { Draft } from './draft.ts'
import { serveWaits } from './signals.ts'

/** There was more to do than one step should carry: dispatching goes on by itself, signals are looked at again. */
export function onProceed(draft: Draft): void {
  const { signals = [] } = draft.state
  delete draft.state.signals
  for (const name of signals) serveWaits(draft, name)
}
