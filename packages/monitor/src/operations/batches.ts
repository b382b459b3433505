import type { Operations } from './operation.ts'

const gone = { refusals: [404] } as const
const refused = { refusals: [404, 409] } as const

/** Of `/batches` and `/groups`. */
export const batchOperations: Operations = {
  'POST /batches': { id: 'startBatch', summary: 'Starts a batch; the body has 64 MiB at most' },
  'GET /batches': { id: 'listBatches', summary: 'Batches, without their items' },
  'GET /batches/:id': {
    id: 'getBatch',
    summary: 'A batch with at most 1,000 of its items; `truncated` says that there are more',
    ...gone,
  },
  'DELETE /batches/:id': {
    id: 'deleteBatch',
    summary: 'Removes a batch that has ended, with its jobs',
    ...refused,
  },
  'GET /batches/:id/items': {
    id: 'listBatchItems',
    summary: 'Where the items of a batch stand, in their order',
    ...gone,
  },
  'GET /batches/:id/results': {
    id: 'listBatchResults',
    summary:
      'What the items of a batch came to, in their order, 1,000 items at most; the header `link` says where it goes on',
    ...gone,
  },
  'GET /batches/:id/results/:item': {
    id: 'getBatchItemResult',
    summary: 'What an item came to; 404 until it has ended',
    ...gone,
  },
  'POST /batches/:id/cancel': {
    id: 'cancelBatch',
    summary: 'Cancels a batch; 400 when it has ended',
    ...gone,
  },
  'POST /batches/:id/retry': {
    id: 'retryBatch',
    summary: 'Runs a batch again that is failed or cancelled, or only what was not completed',
    ...refused,
  },
  'POST /batches/bulk/cancel': {
    id: 'cancelBatches',
    summary:
      'Cancels the batches of these `ids`, at most 100, or without any the newest 100 in this `status`; those that cannot take the order are passed over',
  },
  'POST /batches/bulk/retry': {
    id: 'retryBatches',
    summary: 'The same: retries what was not completed in them',
  },
  'POST /batches/bulk/delete': { id: 'deleteBatches', summary: 'The same: removes them' },
  'GET /groups': {
    id: 'listGroups',
    summary: 'Groups with messages, 1,000 at most; the header `link` says where it goes on',
  },
  'POST /groups/:group': { id: 'enqueueGroup', summary: 'Adds a message to a group, and says its size' },
}
