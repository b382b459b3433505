import { BatchNotFoundError, InvalidBatchStatusError } from '@dureq/types'
import type { CancelOptions } from '../cancel-options.ts'
import type { ClientCore } from '../core.ts'
import { createInstanceOrders, openStatuses } from '../instance-orders.ts'

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

/** The way to give orders to the batches of a store. */
export function createBatchOrders(core: Pick<ClientCore, 'store' | 'caller' | 'instances'>): BatchOrders {
  const refusals = {
    unknown: (id: string) => new BatchNotFoundError(id),
    refused: (...refusal: ConstructorParameters<typeof InvalidBatchStatusError>) =>
      new InvalidBatchStatusError(...refusal),
  }
  const { mustSend, mustRemove } = createInstanceOrders(core, { kind: 'batch', refusals })
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
    remove: mustRemove,
  }
}
