import { stopDeadline } from './deadline.ts'
import type { Draft } from './draft.ts'

/** Nothing new is to begin: the head says so already, and what is left of the deadline waits. */
export function onSuspend(draft: Draft, { at }: { readonly at: number }): void {
  stopDeadline(draft, at)
}
