import type { Operations } from './operation.ts'

const gone = { refusals: [404] } as const
const refused = { refusals: [404, 409] } as const

/** Of `/runs`, `/history`, `/dlq`, `/search` and `/stats`, and of what is told as it happens. */
export const historyOperations: Operations = {
  'GET /runs': {
    id: 'listLiveRuns',
    summary:
      'Runs that are leased, 100 unless `limit` says otherwise; the header `link` says where it goes on',
  },
  'GET /runs/:id': { id: 'getRun', summary: 'A run', ...gone },
  'GET /runs/:id/progress': { id: 'getRunProgress', summary: 'What a run reports', ...gone },
  'POST /runs/:id/requeue': {
    id: 'requeueRun',
    summary: 'Runs the job of a run again that is dead or cancelled',
    ...refused,
  },
  'GET /history/runs': { id: 'listRuns', summary: 'Runs of all jobs; `since` and `until` are included' },
  'GET /history/events': { id: 'listEvents', summary: 'The newest events, 1,000 at most' },
  'GET /dlq': { id: 'listDead', summary: 'Dead jobs and firings, with their errors' },
  'GET /dlq/count': { id: 'countDead', summary: 'How many there are' },
  'POST /dlq/:id/retry': { id: 'retryDeadJob', summary: 'Runs one of them again', ...refused },
  'POST /dlq/retry': {
    id: 'retryDead',
    summary:
      'Runs those of these `ids` again, at most 1,000, or those a filter fits (none: all); go on with the cursor',
  },
  'POST /dlq/delete': { id: 'deleteDead', summary: 'The same: removes them' },
  'GET /workflows/:id/acts': {
    id: 'listActsOfWorkflow',
    summary: 'Who gave orders to a workflow, oldest first, the newest 100',
    ...gone,
  },
  'GET /batches/:id/acts': {
    id: 'listActsOfBatch',
    summary: 'Who gave orders to a batch, oldest first, the newest 100',
    ...gone,
  },
  'GET /search/jobs': {
    id: 'searchJobs',
    summary:
      'The newest job with this `value` (JSON, else a text) at this `path` of its payload; a page with `limit` or `cursor`',
    ...gone,
  },
  'GET /search/workflows': {
    id: 'searchWorkflows',
    summary: 'The same for workflows, by their input',
    ...gone,
  },
  'GET /search/batches': {
    id: 'searchBatches',
    summary: 'The same for batches, by their `onetime_payload`',
    ...gone,
  },
  'GET /ws': {
    id: 'listen',
    summary:
      'A WebSocket of events as they happen, of these `types`, from `after` on, with their position if `positions` is 1',
  },
  'GET /events': {
    id: 'streamEvents',
    summary: 'The same as server-sent events; the header `last-event-id` says more than `after`',
  },
  'GET /stats': { id: 'getStats', summary: 'How many of everything there are' },
  'GET /stats/daily': {
    id: 'getDailyStats',
    summary: 'What ended on each of the last days, UTC, today last',
  },
}
