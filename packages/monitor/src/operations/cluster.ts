import type { Operations } from './operation.ts'

const gone = { refusals: [404] } as const

/** Of `/nodes`, `/locks` and `/config`, and what the API says of itself and of the store. */
export const clusterOperations: Operations = {
  'GET /nodes': { id: 'listNodes', summary: 'The nodes that live, with what holds for their handlers' },
  'GET /nodes/:id': { id: 'getNode', summary: 'A node', ...gone },
  'GET /nodes/:id/drain': { id: 'getDrain', summary: 'Whether a node takes no new work', ...gone },
  'POST /nodes/:id/drain': { id: 'drainNode', summary: 'Lets a node take no new work', ...gone },
  'DELETE /nodes/:id/drain': { id: 'undrainNode', summary: 'Lets a node take work again', ...gone },
  'GET /locks': { id: 'listLocks', summary: 'Named locks, such as leadership' },
  'GET /locks/:key': { id: 'getLock', summary: 'Who holds a lock' },
  'DELETE /locks/:key': { id: 'forceUnlock', summary: 'Takes a lock from whoever holds it' },
  'GET /config': { id: 'getConfig', summary: 'What all nodes follow' },
  'PUT /config/handlers/:name': {
    id: 'configureHandler',
    summary: 'Lets something else hold for a handler than its nodes say',
  },
  'DELETE /config/handlers/:name': {
    id: 'resetHandler',
    summary: 'Lets what its nodes say hold again',
  },
  'PUT /config/nodes': { id: 'configureNodes', summary: 'What holds for all nodes' },
  'PUT /config/scheduler': { id: 'configureScheduler', summary: 'What holds for who fires schedules' },
  'PUT /config/retention': { id: 'setRetention', summary: 'How long what has ended is kept, and how much' },
  'PUT /config/tiers': { id: 'setTiers', summary: 'Replaces the tiers' },
  'PUT /config/unserved': {
    id: 'setUnserved',
    summary: 'How long work waits that no node takes before it is dead; null: for ever',
  },
  'GET /redis/info': {
    id: 'getStoreInfo',
    summary: 'The servers of the store, whatever it is; `section` is one of theirs',
  },
  'GET /sync-retries': {
    id: 'getSyncRetries',
    summary: 'Always none: a step of the store is done whole or not at all',
  },
  'POST /tickets': {
    id: 'getTicket',
    summary: 'A ticket in place of a token, for `/ws` and `/events` (`?ticket=`): good once, for 30 seconds',
  },
  'GET /health': { id: 'getHealth', summary: 'Says that the API answers, without asking the store' },
  'GET /openapi.json': { id: 'getOpenApi', summary: 'This API as an OpenAPI document' },
}
