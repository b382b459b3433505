import {
  type CommandOutcome,
  cancelText,
  isTerminalJobStatus,
  type JobCommand,
  reassignFiring,
  resumeFiring,
} from '@dureq/types'
import { applyMove, removeStored } from './moves.ts'
import { purgeWithFirings } from './purge.ts'
import { type RecurringJob, statusOf, tellOfJob } from './recurring-book.ts'
import { clearFirings } from './recurring-firings.ts'
import { endIfDone, nameOf } from './recurring-moves.ts'
import { firingsStanding, unfinishedFirings } from './recurring-rows.ts'
import { beginPause, endPause } from './schedule-plan.ts'
import { endSchedule, replan } from './schedule-steps.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'

const done: CommandOutcome = { kind: 'done' }

/** Carries out an order to a recurring job itself. */
export function obeyRecurring(step: Step, stored: StoredFiring, command: JobCommand): CommandOutcome {
  const job = step.recurring.get(step, stored.firing.id)
  if (job === undefined) return obeyEnded(step, stored, command)
  switch (command.verb) {
    case 'cancel':
      return cancel(step, job, command.reason)
    case 'pause':
      return pause(step, job)
    case 'resume':
      return resume(step, job)
    case 'updatePayload':
      return updatePayload(step, job, command.payload)
    case 'reassignVersion':
      return reassignVersion(step, job, command.version)
    case 'delete':
    case 'purge':
    case 'retry':
      return refused(job)
  }
}

/** Whether an order to a firing of a recurring job is one that its job forbids. */
export function isForbidden(step: Step, { firing }: StoredFiring, { verb }: JobCommand): boolean {
  if (verb === 'updatePayload') return true
  return verb === 'retry' && step.recurring.get(step, firing.job.id) === undefined
}

function obeyEnded(step: Step, stored: StoredFiring, { verb }: JobCommand): CommandOutcome {
  const { status } = stored.firing
  if (!isTerminalJobStatus(status)) return { kind: 'refused', status }
  if (verb === 'delete') removeStored(step, stored)
  else if (verb === 'purge') purgeWithFirings(step, stored)
  else return { kind: 'refused', status }
  return done
}

function refused(job: RecurringJob): CommandOutcome {
  return { kind: 'refused', status: statusOf(job) }
}

function cancel(step: Step, job: RecurringJob, reason: string | undefined): CommandOutcome {
  // Asked for before: the first reason stays.
  if (job.plan.over?.status === 'cancelled') return done
  endSchedule(step, job, { status: 'cancelled', error: cancelText(reason) })
  clearFirings(step, job, reason)
  endIfDone(step, job)
  return done
}

function pause(step: Step, job: RecurringJob): CommandOutcome {
  if (job.plan.over !== undefined || statusOf(job) === 'paused') return refused(job)
  replan(job, beginPause(job.plan, step.now))
  tellOfJob(step, job, { type: 'job.paused' })
  return done
}

function resume(step: Step, job: RecurringJob): CommandOutcome {
  if (statusOf(job) !== 'paused') return refused(job)
  replan(job, endPause(job.plan, step.now))
  tellOfJob(step, job, { type: 'job.resumed' })
  step.recurring.noteEarlier(step)
  for (const stored of step.firings.byIds(firingsStanding(step.db, nameOf(job), { standing: 'paused' }))) {
    const move = stored && resumeFiring(stored.firing, step.now)
    if (stored !== undefined && move?.kind === 'moved') applyMove(step, stored, move)
  }
  return done
}

function updatePayload(step: Step, job: RecurringJob, payload: string): CommandOutcome {
  // A job of this very step is not written yet.
  step.firings.flush()
  step.db.run('UPDATE jobs SET payload = ? WHERE seq = ?', [payload, job.stored.seq])
  job.isChanged = true
  return done
}

/** Holds for the firings to come, and for those there are but the ones that run. */
function reassignVersion(step: Step, job: RecurringJob, version: string | undefined): CommandOutcome {
  const { firing } = job.stored
  const { version: _, ...stated } = firing.job
  job.stored.firing = { ...firing, job: version === undefined ? stated : { ...stated, version } }
  job.isChanged = true
  const ids = unfinishedFirings(step.db, nameOf(job)).map(({ firingId }) => firingId)
  for (const stored of step.firings.byIds(ids)) {
    const move = stored && reassignFiring(stored.firing, version, step.now)
    if (stored !== undefined && move?.kind === 'moved') applyMove(step, stored, move)
  }
  return done
}
