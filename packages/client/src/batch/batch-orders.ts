import {
  BatchNotFoundError,
  InvalidBatchStatusError,
  OwnedWorkflowError,
  type RemoveOutcome,
  type SendOutcome,
  type WorkflowStatus,
} from '@dureq/types'
import type { CancelOptions } from '../cancel-options.ts'
import type { ClientCore } from '../core.ts'
import { createInstanceOrders, type InstanceOrder } from '../instance-orders.ts'

/** How a batch is retried. */
export interface RetryBatchOptions {
  /** Only what failed, was cancelled or never ran. Default: all items, also those that were completed. */
  readonly failedOnly?: boolean
}

/** Gives orders to batches; those of one tick travel together, in order. Each throws when it was not recorded. */
export interface BatchOrders {
  cancel(id: string, options?: CancelOptions): Promise<void>
  retry(id: string, options?: RetryBatchOptions): Promise<void>
  remove(id: string): Promise<void>
}

const openStatuses: readonly WorkflowStatus[] = ['pending', 'running', 'suspended']

/** The way to give orders to the batches of a store. */
export function createBatchOrders(core: Pick<ClientCore, 'store' | 'caller' | 'instances'>): BatchOrders {
  const orders = createInstanceOrders(core, 'batch')
  const mustSend = async (id: string, verb: string, order: InstanceOrder): Promise<void> =>
    check(id, (await orders.send(id, order)).outcome, verb)
  return {
    cancel: (id, options = {}) =>
      mustSend(id, 'cancel', { message: { kind: 'cancel', ...options }, allowed: openStatuses }),
    retry: (id, { failedOnly = false } = {}) =>
      mustSend(id, 'retry', {
        message: { kind: 'retry', failedOnly },
        allowed: ['failed', 'cancelled'],
        becomes: 'running',
        event: 'batch.retrying',
      }),
    remove: async (id) => checkRemoval(id, await orders.remove(id)),
  }
}

function check(id: string, outcome: SendOutcome, verb: string): void {
  switch (outcome.kind) {
    case 'recorded':
      return
    case 'unknown':
      throw new BatchNotFoundError(id)
    case 'refused':
      throw new InvalidBatchStatusError(id, outcome.status, verb)
    case 'duplicate':
    case 'full':
      throw new TypeError(`a ${verb} was answered like a signal: ${outcome.kind}`)
  }
}

function checkRemoval(id: string, outcome: RemoveOutcome): void {
  switch (outcome.kind) {
    case 'done':
      return
    case 'unknown':
      throw new BatchNotFoundError(id)
    case 'refused':
      throw new InvalidBatchStatusError(id, outcome.status, 'delete')
    case 'owned':
      throw new OwnedWorkflowError(outcome.ownerId)
  }
}
