import {
  checkInteger,
  checkKnown,
  checkName,
  type EventsRole,
  eventTypes,
  Faults,
  isPlainObject,
  type JobEvent,
  present,
} from '@dureq/types'
import { findableId } from '../job-ref.ts'
import type { EventList, ListEventsOptions } from './history.ts'

const DEFAULT_EVENTS = 50
const MOST_EVENTS = 1_000

/** Entries of the log one call looks at. */
const SCAN = 10_000

/** The events every job begins with. */
const firstOfJob = ['job.enqueued', 'job.scheduled']

/**
 * The newest events.
 *
 * @throws ValidationError naming every fault of the options.
 */
export async function listEvents(events: EventsRole, options: ListEventsOptions): Promise<EventList> {
  checkOptions(options)
  const { types, job, taskType, limit = DEFAULT_EVENTS } = options
  const jobId = job === undefined ? undefined : findableId(job)
  if (job !== undefined && jobId === undefined) return { events: [], complete: true }
  const found = await events.newest(present({ types, jobId, taskType }), limit, SCAN)
  return {
    events: found,
    complete: jobId !== undefined && types === undefined && beginsWithJob(found, jobId),
  }
}

/** Whether the oldest of these is the one the job began with, so that there are none before it. */
function beginsWithJob(events: readonly JobEvent[], jobId: string): boolean {
  const oldest = events.at(-1)
  return oldest !== undefined && oldest.jobId === jobId && firstOfJob.includes(oldest.type)
}

function checkOptions(options: ListEventsOptions): void {
  const faults = new Faults()
  if (!isPlainObject(options)) faults.add('options', 'must be an object')
  faults.throwIfAny()
  const { types, taskType, limit } = options
  checkKnown(options, ['types', 'job', 'taskType', 'limit'], '', faults)
  if (taskType !== undefined) checkName('taskType', taskType, 'taskType', faults)
  if (limit !== undefined) checkInteger(limit, { min: 1, max: MOST_EVENTS }, 'limit', faults)
  if (types !== undefined && !(Array.isArray(types) && types.every((type) => eventTypes.includes(type))))
    faults.add('types', 'must be a list of event types, such as job.completed')
  faults.throwIfAny()
}
