import type { Draft } from './draft.ts'
import { beginEnding } from './ending.ts'

/** Somebody wants the batch to end. The first reason counts. */
export function onCancel(draft: Draft, { reason = 'cancelled' }: { readonly reason?: string }): void {
  beginEnding(draft, { status: 'cancelled', error: reason })
}
