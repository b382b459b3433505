import { type CallKey, isRecurring, type ScheduleChange, type ScheduleOutcome } from '@dureq/types'
import { noteAct } from './audit.ts'
import type { Core } from './core.ts'
import { callSchedules, type ScheduleReply } from './fire.ts'
import { writeFacts } from './job-facts.ts'
import { definitionOf, type RecurringJob, statusOf } from './recurring-book.ts'
import { cancelFirings } from './recurring-firings.ts'
import { endIfDone, nameOf } from './recurring-moves.ts'
import { firingsStanding, hasFiring } from './recurring-rows.ts'
import { moveOnTo } from './schedule-plan.ts'
import { endSchedule, endWithoutNext, fireAsked, passOver, replan } from './schedule-steps.ts'
import type { Step } from './step.ts'

type Change<Verb extends ScheduleChange['verb']> = Extract<ScheduleChange, { readonly verb: Verb }>

const done: ScheduleOutcome = { kind: 'done', firings: [] }

/** Carries out orders to schedules: `SchedulesRole.change`. */
export function changeSchedules(
  core: Core,
  call: CallKey,
  changes: readonly ScheduleChange[],
): Promise<ScheduleReply<ScheduleOutcome>> {
  const size = (change: ScheduleChange): number => (change.verb === 'backfill' ? change.times.length : 1)
  return callSchedules(core, { call, orders: changes, size, obey: changeAndNote })
}

function changeAndNote(step: Step, change: ScheduleChange): ScheduleOutcome {
  const job = step.recurring.get(step, change.jobId)
  const outcome = job === undefined ? withoutSchedule(step, change.jobId) : changeOne(step, job, change)
  if (outcome.kind === 'done') noteAct(step, job?.stored, change)
  return outcome
}

function changeOne(step: Step, job: RecurringJob, change: ScheduleChange): ScheduleOutcome {
  // It is about to end, and only waits for its last firings.
  if (job.plan.over !== undefined && change.verb !== 'remove') {
    return { kind: 'refused', status: statusOf(job) }
  }
  switch (change.verb) {
    case 'update':
      return update(step, job, change)
    case 'trigger':
      return trigger(step, job)
    case 'backfill':
      return backfill(step, job, change)
    case 'remove':
      return remove(step, job)
  }
}

function withoutSchedule(step: Step, jobId: string): ScheduleOutcome {
  const [stored] = step.firings.byIds([jobId])
  if (stored === undefined || !isRecurring(stored.firing.job.schedule.type)) return { kind: 'unknown' }
  return { kind: 'refused', status: stored.firing.status }
}

function update(step: Step, job: RecurringJob, change: Change<'update'>): ScheduleOutcome {
  if (job.version !== change.version) return { kind: 'stale' }
  const { schedule, anchorAt, next } = change.recurrence
  const { stored } = job
  const definition = { ...definitionOf(job), schedule }
  stored.firing = { ...stored.firing, job: definition }
  // A job of this very step is not written yet.
  step.firings.flush()
  step.db.run('UPDATE jobs SET facts = ? WHERE seq = ?', [writeFacts(definition), stored.seq])
  passOver(step, job, change.skips)
  replan(job, moveOnTo({ ...job.plan, anchorAt }, change.lastFiredAt, next))
  step.recurring.noteEarlier(step)
  endWithoutNext(step, job)
  return done
}

function trigger(step: Step, job: RecurringJob): ScheduleOutcome {
  let at = step.now
  while (hasFiring(step.db, job.stored.seq, { at, triggered: true })) at++
  const firings = fireAsked(step, job, [{ at, triggered: true, late: false }])
  replan(job, job.plan)
  return { kind: 'done', firings }
}

function backfill(step: Step, job: RecurringJob, { times }: Change<'backfill'>): ScheduleOutcome {
  const { next, lastFiredAt } = job.plan
  if (next !== undefined && times.some((at) => at >= next.nextRunAt)) {
    return lastFiredAt === undefined ? { kind: 'ahead' } : { kind: 'ahead', lastFiredAt }
  }
  const drafts = times.map((at) => ({ at, triggered: false, late: true }))
  const firings = fireAsked(step, job, drafts)
  replan(job, job.plan)
  return { kind: 'done', firings }
}

function remove(step: Step, job: RecurringJob): ScheduleOutcome {
  if (job.plan.over === undefined) endSchedule(step, job, { status: 'completed' })
  const ids = firingsStanding(step.db, nameOf(job), { standing: 'held' })
  cancelFirings(step, job, { ids, reason: undefined })
  endIfDone(step, job)
  return done
}
