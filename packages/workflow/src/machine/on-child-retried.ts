import type { InstanceMessage } from '@dureq/types'
import { cancelChild } from './cancel-child.ts'
import type { Draft } from './draft.ts'
import { factsOf } from './tasks.ts'

type ChildRetried = Extract<InstanceMessage, { kind: 'childRetried' }>

/** A child was retried by hand. If another one carries out its task by now, nobody waits for it: it is cancelled. */
export function onChildRetried(draft: Draft, { childId, task }: ChildRetried): void {
  const part = factsOf(draft, task)?.part
  if (part?.childId !== childId) cancelChild(draft, childId, SUPERSEDED)
}

/** Why a child is cancelled that nobody waits for. */
export const SUPERSEDED = 'superseded by a retry of its parent'
