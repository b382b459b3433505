import type { Draft } from './draft.ts'
import { serveWaits } from './signals.ts'

/** A signal has come: the task that has waited for its name the longest is done. Without one it stays pending. */
export function onSignal(draft: Draft, { name }: { readonly name: string }): void {
  serveWaits(draft, name)
}
