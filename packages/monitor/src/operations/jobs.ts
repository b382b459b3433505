import type { Operations } from './operation.ts'

const gone = { refusals: [404] } as const
const refused = { refusals: [404, 409] } as const

/** Of `/jobs` and `/audit`. */
export const jobOperations: Operations = {
  'POST /jobs': {
    id: 'enqueueJob',
    summary: 'Creates a job; 409 names the job that holds the unique key, 429 says that the queue is full',
    refusals: [409, 429],
  },
  'GET /jobs': {
    id: 'listJobs',
    summary: 'Jobs; `search` is a part of the id or the task type',
  },
  'GET /jobs/:id': { id: 'getJob', summary: 'A job', ...gone },
  'DELETE /jobs/:id': { id: 'deleteJob', summary: 'Removes a job that has ended', ...refused },
  'GET /jobs/:id/explain': {
    id: 'explainJob',
    summary: 'Why a job is not running, the most decisive reason first',
    ...gone,
  },
  'GET /jobs/:id/audit': { id: 'getJobAudit', summary: 'What happened to a job, oldest first' },
  'GET /jobs/:id/events': {
    id: 'listJobEvents',
    summary:
      'The newest events of a job, 50 unless `limit` says otherwise; the header `x-dureq-complete` says whether these are all',
  },
  'GET /jobs/:id/progress': {
    id: 'getJobProgress',
    summary: 'What the live runs of a job report; `progress` is a number or null',
  },
  'GET /jobs/:id/runs': {
    id: 'listJobRuns',
    summary: 'The runs of a job, newest first, 50 unless `limit` says otherwise',
  },
  'PUT /jobs/:id/payload': {
    id: 'updateJobPayload',
    summary: 'Replaces the payload of a job that has not ended and does not run',
    ...refused,
  },
  'POST /jobs/:id/cancel': {
    id: 'cancelJob',
    summary: 'Cancels a job; 400 when it has ended',
    ...gone,
  },
  'POST /jobs/:id/retry': {
    id: 'retryJob',
    summary: 'Runs a job again that is dead or cancelled',
    ...refused,
  },
  'POST /jobs/:id/pause': { id: 'pauseJob', summary: 'Pauses a job; 400 when it cannot be', ...gone },
  'POST /jobs/:id/resume': { id: 'resumeJob', summary: 'Resumes a job; 400 unless it is paused', ...gone },
  'POST /jobs/:id/purge': {
    id: 'purgeJob',
    summary: 'Removes payload, headers, output and errors of a job that has ended; the job stays',
    ...refused,
  },
  'PUT /jobs/:id/version': {
    id: 'reassignJobVersion',
    summary: 'Lets a job ask for handlers of another version; null: of any',
    ...refused,
  },
  'POST /jobs/reassign-version': {
    id: 'reassignVersion',
    summary: 'The same for all jobs of a task type that ask for a version; go on with the cursor',
  },
  'POST /jobs/bulk/cancel': {
    id: 'cancelJobs',
    summary:
      'Cancels the jobs of these `ids`, at most 100, or without any the newest 100 in this `status`; those that cannot take the order are passed over',
  },
  'POST /jobs/bulk/retry': { id: 'retryJobs', summary: 'The same: retries them' },
  'POST /jobs/bulk/delete': { id: 'deleteJobs', summary: 'The same: removes them' },
  'POST /jobs/bulk/purge': { id: 'purgeJobs', summary: 'The same: purges them' },
  'POST /audit/counts': {
    id: 'countAudit',
    summary: 'How many entries the audit trails of these jobs have, at most 100 of them',
  },
}
