import type { SchedulesRole } from '@dureq/types'
import { changeSchedules } from './change-schedule.ts'
import type { Core } from './core.ts'
import { fireSchedules } from './fire.ts'
import { listFirings } from './list-firings.ts'
import { listSchedules, readDue, readSchedules } from './read-schedules.ts'
import { readScheduleNumbers } from './recurring-book.ts'

/** Keeps recurring jobs. */
export function createSchedulesRole(core: Core): SchedulesRole {
  return {
    due: (limit) =>
      core.read((db, now) => {
        // Read first: what is added after it is told of once more rather than not at all.
        core.hub.schedulesSeen = readScheduleNumbers(db).earlier
        return readDue(db, limit, now)
      }),
    fire: (call, plans) => fireSchedules(core, call, plans),
    change: (call, changes) => changeSchedules(core, call, changes),
    get: (jobIds) => core.read((db) => readSchedules(db, jobIds)),
    list: (page) => core.read((db) => listSchedules(db, page)),
    firings: (jobId, page) => core.read((db) => listFirings(db, jobId, page)),
  }
}
