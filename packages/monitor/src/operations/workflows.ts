import type { Operations } from './operation.ts'

const gone = { refusals: [404] } as const
const refused = { refusals: [404, 409] } as const

/** Of `/workflows`. */
export const workflowOperations: Operations = {
  'POST /workflows': { id: 'startWorkflow', summary: 'Starts a workflow' },
  'POST /workflows/validate': {
    id: 'validateWorkflow',
    summary: 'Says everything that is wrong with the definition that is the body',
  },
  'GET /workflows': {
    id: 'listWorkflows',
    summary: 'Workflows, each with at most 100 of its tasks',
  },
  'GET /workflows/:id': {
    id: 'getWorkflow',
    summary: 'A workflow with at most 1,000 of its tasks; `truncated` says that there are more',
    ...gone,
  },
  'DELETE /workflows/:id': {
    id: 'deleteWorkflow',
    summary: 'Removes a workflow that has ended, with its jobs and children',
    ...refused,
  },
  'GET /workflows/:id/tasks': {
    id: 'listWorkflowTasks',
    summary: 'Where the tasks of a workflow stand, added ones last',
    ...gone,
  },
  'GET /workflows/:id/tasks/:task/result': {
    id: 'getTaskResult',
    summary: 'What a task has left, null if nothing; 404 until it has ended',
    ...gone,
  },
  'GET /workflows/:id/signals/stats': {
    id: 'getSignalStats',
    summary: 'Signals a workflow has not taken yet',
    ...gone,
  },
  'GET /workflows/:id/audit': {
    id: 'getWorkflowAudit',
    summary: 'What happened to the tasks of a workflow, newest first',
    ...gone,
  },
  'POST /workflows/:id/signals': {
    id: 'signalWorkflow',
    summary: 'Sends a signal; 409 when the workflow has ended, has this one already, or too many wait',
    ...refused,
  },
  'POST /workflows/:id/cancel': {
    id: 'cancelWorkflow',
    summary: 'Cancels a workflow; 400 when it has ended',
    ...gone,
  },
  'POST /workflows/:id/retry': {
    id: 'retryWorkflow',
    summary: 'Goes on with a workflow that is failed or cancelled',
    ...refused,
  },
  'POST /workflows/:id/suspend': {
    id: 'suspendWorkflow',
    summary: 'Holds a workflow; 400 unless it is running',
    ...gone,
  },
  'POST /workflows/:id/resume': {
    id: 'resumeWorkflow',
    summary: 'Goes on with a workflow; 400 unless it is suspended',
    ...gone,
  },
  'POST /workflows/bulk/cancel': {
    id: 'cancelWorkflows',
    summary:
      'Cancels the workflows of these `ids`, at most 100, or without any the newest 100 in this `status`; those that cannot take the order are passed over',
  },
  'POST /workflows/bulk/retry': { id: 'retryWorkflows', summary: 'The same: retries them' },
  'POST /workflows/bulk/delete': { id: 'deleteWorkflows', summary: 'The same: removes them' },
}
