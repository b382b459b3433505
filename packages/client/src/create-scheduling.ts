import { firingsBetween, lastMoment } from '@dureq/calendar'
import {
  checkInteger,
  Faults,
  type FiringOutcome,
  type Instant,
  parseInstant,
  parseJob,
  type RecurringSchedule,
  ScheduleNotFoundError,
  type StoredSchedule,
} from '@dureq/types'
import { backfillRange } from './backfill.ts'
import { changeSchedule, firingsOf } from './change-schedule.ts'
import type { ClientCore } from './core.ts'
import { findableId, type JobRef, requireId } from './job-ref.ts'
import { type OrderOptions, readBy } from './order-options.ts'
import { createOrders } from './orders.ts'
import { readPage } from './page-options.ts'
import type { Scheduling } from './scheduling.ts'
import { planUpdate, resolveRecurring } from './update-schedule.ts'

/** The scheduling part of a client. */
export function createScheduling(core: ClientCore): Scheduling {
  const { schedules } = core.store
  const orders = createOrders(core)
  const find = async (job: JobRef): Promise<StoredSchedule | undefined> => {
    const id = findableId(job)
    const [entry] = id === undefined ? [] : await schedules.get([id])
    return entry
  }
  const mustFind = async (job: JobRef): Promise<StoredSchedule> => {
    const entry = await find(job)
    if (entry === undefined) throw new ScheduleNotFoundError(requireId(job))
    return entry
  }
  const command =
    (verb: 'pause' | 'resume') =>
    async (job: JobRef, options?: OrderOptions): Promise<void> => {
      const by = readBy(core, options)
      const { jobId: id } = await mustFind(job)
      await orders.mustDo({ verb, id, ...by })
    }

  return {
    pauseSchedule: command('pause'),
    resumeSchedule: command('resume'),
    async updateSchedule(job, schedule, options) {
      const by = readBy(core, options)
      for (let isDone = false; !isDone; ) {
        core.life.signal.throwIfAborted()
        const entry = await mustFind(job)
        const changed = await changeSchedule(core, {
          ...planUpdate(entry, schedule, await core.storeTime()),
          ...by,
        })
        isDone = changed.kind === 'done'
      }
    },
    async deleteSchedule(job, options) {
      await changeSchedule(core, { verb: 'remove', jobId: requireId(job), ...readBy(core, options) })
    },
    getSchedule: find,
    async listSchedules(options = {}) {
      const { rows, ...rest } = await schedules.list(readPage(options))
      return { schedules: rows, ...rest }
    },
    async listFirings(job, options = {}) {
      const { rows, ...rest } = await schedules.firings(requireId(job), readPage(options))
      return { jobs: rows.map(parseJob), ...rest }
    },
    async triggerNow(job, options) {
      const by = readBy(core, options)
      const changed = await changeSchedule(core, { verb: 'trigger', jobId: requireId(job), ...by })
      return firingsOf(changed)[0] as FiringOutcome
    },
    async backfill(job, from, to, options) {
      const range = { ...readRange(from, to), ...readBy(core, options) }
      return await backfillRange(core, () => mustFind(job), range)
    },
    async previewSchedule(schedule, count) {
      checkCount(count)
      return preview(schedule, count, await core.storeTime())
    },
  }
}

function preview(given: RecurringSchedule, count: number, now: number): readonly number[] {
  const schedule = resolveRecurring(given, { now })
  return firingsBetween(schedule, now, lastMoment, count, { anchorAt: now })
}

const MOST_PREVIEWED = 1_000

function checkCount(count: number): void {
  const faults = new Faults()
  checkInteger(count, { min: 1, max: MOST_PREVIEWED }, 'count', faults)
  faults.throwIfAny()
}

function readRange(from: Instant, to: Instant): { readonly from: number; readonly to: number } {
  const faults = new Faults()
  const first = faults.attempt(() => parseInstant(from, 'from')) ?? 0
  const last = faults.attempt(() => parseInstant(to, 'to')) ?? 0
  if (faults.found.length === 0 && last < first) faults.add('to', 'must not be before from')
  faults.throwIfAny()
  return { from: first, to: last }
}
