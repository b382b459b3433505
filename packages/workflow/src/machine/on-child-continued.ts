import type { InstanceMessage } from '@dureq/types'
import type { Draft } from './draft.ts'
import { factsOf, setTask } from './tasks.ts'

type ChildContinued = Extract<InstanceMessage, { kind: 'childContinued' }>

/** Another instance goes on for a child. Whatever the child was told, its successor has not heard. */
export function onChildContinued(draft: Draft, { childId, task, continuedTo }: ChildContinued): void {
  const part = factsOf(draft, task)?.part
  if (part?.status !== 'running' || part.childId !== childId) return
  const { told: _, halted: __, ...rest } = part
  setTask(draft, task, { ...rest, childId: continuedTo })
}
