import type { Operations } from './operation.ts'

const gone = { refusals: [404] } as const

/** Of `/schedules`. */
export const scheduleOperations: Operations = {
  'GET /schedules': { id: 'listSchedules', summary: 'Schedules of recurring jobs, by creation' },
  'GET /schedules/:id': {
    id: 'getSchedule',
    summary: 'The schedule of a recurring job, its unfinished firings, and what was skipped and why',
    ...gone,
  },
  'PUT /schedules/:id': { id: 'updateSchedule', summary: 'Replaces a schedule', ...gone },
  'DELETE /schedules/:id': {
    id: 'deleteSchedule',
    summary: 'Ends a schedule; what runs finishes',
    ...gone,
  },
  'GET /schedules/:id/firings': { id: 'listFirings', summary: 'Firings of a schedule, which look like jobs' },
  'POST /schedules/:id/pause': { id: 'pauseSchedule', summary: 'Pauses a schedule', ...gone },
  'POST /schedules/:id/resume': { id: 'resumeSchedule', summary: 'Resumes a schedule', ...gone },
  'POST /schedules/:id/trigger': { id: 'triggerSchedule', summary: 'Fires a schedule now', ...gone },
  'POST /schedules/:id/backfill': {
    id: 'backfillSchedule',
    summary: 'Fires the times of a schedule from one moment to another, both included',
    ...gone,
  },
}
