import type { InstanceEvent } from '@dureq/types'
import type { Draft } from './draft.ts'

/** Tells an event of the batch itself. */
export function tellBatch(draft: Draft, type: InstanceEvent['type'], error?: string): void {
  draft.events.push({ type, ...(error !== undefined && { error }) })
}

/** Tells an event of the shared step. */
export function tellOnetime(draft: Draft, type: InstanceEvent['type'], error?: string): void {
  const taskType = draft.known.plan.onetimeTaskType
  draft.events.push({
    type,
    ...(taskType !== undefined && { taskType }),
    ...(error !== undefined && { error }),
  })
}

/** Tells an event of an item. */
export function tellItem(draft: Draft, type: InstanceEvent['type'], error?: string): void {
  draft.events.push({ type, taskType: draft.known.plan.itemTaskType, ...(error !== undefined && { error }) })
}
