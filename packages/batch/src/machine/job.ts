import { defaultPriority, type MemberJob, resolveRetryPolicy, type StoredItem } from '@dureq/types'
import type { Draft } from './draft.ts'
import type { Known } from './known.ts'

/** What `jobEnded` calls the shared step. */
export const ONETIME = 'onetime'

/** The job of the shared step, as it is enqueued. What it does not say its handler decides. */
export function onetimeJob({ known, tools }: Draft, taskType: string): MemberJob {
  const { onetimePayload = null, defaultPriority: priority = defaultPriority } = known.plan
  return {
    id: tools.newId(),
    taskType,
    payload: JSON.stringify(onetimePayload),
    priority,
    ...traceOf(known),
    batchId: known.head.id,
    batchRole: 'onetime',
  }
}

/** The job of an item, as it is enqueued. What it does not say its handler decides. */
export function itemJob({ known, tools }: Draft, place: number, { id, payload }: StoredItem): MemberJob {
  const {
    itemTaskType,
    itemRetryPolicy,
    itemConcurrencyKeys,
    defaultPriority: priority = defaultPriority,
  } = known.plan
  return {
    id: tools.newId(),
    taskType: itemTaskType,
    payload,
    priority,
    ...(itemRetryPolicy !== undefined && { retryPolicy: resolveRetryPolicy(itemRetryPolicy) }),
    ...(itemConcurrencyKeys !== undefined && { concurrencyKeys: itemConcurrencyKeys }),
    ...traceOf(known),
    batchId: known.head.id,
    batchRole: 'item',
    batchItem: id,
    batchPlace: place,
  }
}

/** What carries the trace of who started the batch into its handlers. */
function traceOf({ state: { headers } }: Known): Pick<MemberJob, 'headers'> {
  return headers === undefined ? {} : { headers }
}
