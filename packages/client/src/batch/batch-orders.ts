import { BatchNotFoundError, InvalidBatchStatusError, present, type Sending } from '@dureq/types'
import type { CancelOptions } from '../cancel-options.ts'
import type { ClientCore } from '../core.ts'
import { createInstanceOrders, openStatuses } from '../instance-orders.ts'
import type { OrderOptions } from '../order-options.ts'

/** How a batch is retried. */
export interface RetryBatchOptions extends OrderOptions {
  /** Only what failed, was cancelled or never ran. Default: all items, also those that were completed. */
  readonly failedOnly?: boolean
}

/** On whose behalf an order is given. */
type By = Pick<Sending, 'by'>

/** Gives orders to batches; those of one tick travel together, in order. Each throws when it was not recorded. */
export interface BatchOrders {
  cancel(id: string, options?: Pick<CancelOptions, 'reason'> & By): Promise<void>
  retry(id: string, options?: Pick<RetryBatchOptions, 'failedOnly'> & By): Promise<void>
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
    cancel: (id, { by, ...options } = {}) =>
      mustSend(id, 'cancel', {
        message: { kind: 'cancel', ...options },
        allowed: openStatuses,
        ...present({ by }),
      }),
    retry: (id, { failedOnly = false, by } = {}) =>
      mustSend(id, 'retry', {
        ...present({ by }),
        message: { kind: 'retry', failedOnly },
        allowed: ['failed', 'cancelled'],
        becomes: 'running',
        event: 'batch.retrying',
      }),
    remove: mustRemove,
  }
}
