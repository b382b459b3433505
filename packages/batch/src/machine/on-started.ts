import { begin, mayBegin } from './begin.ts'
import type { Draft } from './draft.ts'

/** The batch was created: it begins, unless it waits for more items. */
export function onStarted(draft: Draft): void {
  if (draft.state.phase === 'init' && mayBegin(draft)) begin(draft, draft.known.head.createdAt)
}
