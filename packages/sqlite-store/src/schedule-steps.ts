import type { FiringOutcome, SkippedTimes } from '@dureq/types'
import { type RecurringJob, tellOfJob } from './recurring-book.ts'
import { type DraftOutcome, type FiringDraft, fireOne } from './recurring-firings.ts'
import { endIfDone } from './recurring-moves.ts'
import { type PlannedEnd, planEnd, recordSkips, type SchedulePlan } from './schedule-plan.ts'
import { reasonsOf, skipRecords } from './skip-records.ts'
import type { Step } from './step.ts'

/** Puts another plan in the place of that of a schedule, under its next version. */
export function replan(job: RecurringJob, plan: SchedulePlan): void {
  job.plan = plan
  job.version++
  job.isChanged = true
}

/** Creates the firings a scheduler has planned, and records what is skipped of them and what was planned to be. */
export function firePlanned(
  step: Step,
  job: RecurringJob,
  { drafts, skips }: { readonly drafts: readonly FiringDraft[]; readonly skips: readonly SkippedTimes[] },
): readonly FiringOutcome[] {
  const outcomes = drafts.map((draft) => fireOne(step, job, draft))
  passOver(step, job, skipRecords(skips, outcomes))
  return outcomes.map(outcomeOf)
}

/** Creates firings somebody asked for. What is skipped of them their outcomes tell: records are of the schedule's own times. */
export function fireAsked(
  step: Step,
  job: RecurringJob,
  drafts: readonly FiringDraft[],
): readonly FiringOutcome[] {
  return drafts.map((draft) => outcomeOf(fireOne(step, job, draft)))
}

/** Records times that are passed over. */
export function passOver(step: Step, job: RecurringJob, skips: readonly SkippedTimes[]): void {
  job.plan = recordSkips(job.plan, skips)
  for (const reason of reasonsOf(skips)) tellOfJob(step, job, { type: 'schedule.skipped', error: reason })
}

/** Ends a schedule; its job ends with its last firing. */
export function endSchedule(step: Step, job: RecurringJob, over: PlannedEnd): void {
  if (job.plan.over === undefined) tellOfJob(step, job, { type: 'schedule.removed' })
  replan(job, planEnd(job.plan, over))
}

/** Ends a schedule that has nothing left to fire, and its job if that has nothing left to do. */
export function endWithoutNext(step: Step, job: RecurringJob): void {
  if (job.plan.next !== undefined || job.plan.over !== undefined) return
  tellOfJob(step, job, { type: 'schedule.removed' })
  job.plan = planEnd(job.plan, { status: 'completed' })
  endIfDone(step, job)
}

function outcomeOf({ kind, at, firingId }: DraftOutcome): FiringOutcome {
  return { kind, at, firingId }
}
