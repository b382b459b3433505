import { begin, mayBegin } from './begin.ts'
import type { Draft } from './draft.ts'

/** Items were appended: with the last, a batch that has waited for it begins. Whatever else is new is dispatched by `advance`. */
export function onAppended(draft: Draft, { at }: { readonly at: number }): void {
  if (draft.state.phase === 'init' && mayBegin(draft)) begin(draft, at)
}
