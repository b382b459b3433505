import type { Operations } from './operation.ts'

/** Of `/queues`, `/task-types`, `/concurrency` and `/unique-keys`: what decides when work starts. */
export const flowOperations: Operations = {
  'GET /queues': { id: 'listQueues', summary: 'The tiers, the highest first' },
  'GET /queues/unserved': { id: 'listUnserved', summary: 'Work no node takes' },
  'POST /queues/:tier/pause': { id: 'pauseQueue', summary: 'Pauses a tier' },
  'POST /queues/:tier/resume': { id: 'resumeQueue', summary: 'Resumes a tier' },
  'GET /task-types': { id: 'listTaskTypes', summary: 'Task types, and how much of them waits and runs' },
  'POST /task-types/:type/pause': { id: 'pauseTaskType', summary: 'Pauses a task type' },
  'POST /task-types/:type/resume': { id: 'resumeTaskType', summary: 'Resumes a task type' },
  'PUT /task-types/:type/limits': { id: 'setTaskTypeLimits', summary: 'Replaces the limits of a task type' },
  'DELETE /task-types/:type/limits': {
    id: 'clearTaskTypeLimits',
    summary: 'Takes all limits of a task type away',
  },
  'GET /concurrency/:key': {
    id: 'getConcurrencyKey',
    summary: 'Who holds a concurrency key, and its limits',
  },
  'PUT /concurrency/:key': {
    id: 'setConcurrencyKey',
    summary: 'Sets limits of a concurrency key that win over what jobs state',
  },
  'DELETE /concurrency/:key': {
    id: 'clearConcurrencyKey',
    summary: 'Lets what jobs state hold again',
  },
  'POST /concurrency/:key/throttle': {
    id: 'throttleConcurrencyKey',
    summary: 'Lets nothing with a key start for a while',
  },
  'GET /unique-keys/:key': { id: 'getUniqueKey', summary: 'Which job holds a unique key' },
  'DELETE /unique-keys/:key': { id: 'releaseUniqueKey', summary: 'Frees a unique key, whoever holds it' },
}
