import type { Draft } from './draft.ts'

/** Tells a child to end; nothing comes of it when that has ended. */
export function cancelChild(draft: Draft, childId: string, reason: string): void {
  const allowed = ['pending', 'running', 'suspended'] as const
  draft.send.push({ to: childId, message: { kind: 'cancel', reason }, allowed })
}
