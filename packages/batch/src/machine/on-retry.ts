import { beginLife } from './attempts.ts'
import type { Draft } from './draft.ts'

/** Somebody wants a batch that has ended to go on, or to begin anew: the head is out of its end already. */
export function onRetry(draft: Draft, { failedOnly = false }: { readonly failedOnly?: boolean }): void {
  if (draft.state.phase === 'over') beginLife(draft, failedOnly)
}
