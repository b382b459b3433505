import { type CommandOutcome, type EndedFiring, isTerminalJobStatus, type JobCommand } from '@dureq/types'
import { end, remove, retainNothing, toldOfEnd } from './endings.ts'
import { findJob, inLine, joinLine, type ModelJob, move, tell, type World } from './world.ts'

const done: CommandOutcome = { kind: 'done' }

/** `jobs.command` of one order; what it ended joins `ended`. */
export function obey(world: World, order: JobCommand, ended: EndedFiring[]): CommandOutcome {
  world.step++
  const job = findJob(world, order.id)
  if (job === undefined) return { kind: 'unknown' }
  const { status } = job.record
  const over = isTerminalJobStatus(status)
  const refused = { kind: 'refused', status } as const
  switch (order.verb) {
    case 'cancel':
      return over ? refused : cancel(world, job, order.reason || 'cancelled', ended)
    case 'retry':
      return over && status !== 'completed' ? retry(world, job) : refused
    case 'pause':
      return over || status === 'running' || status === 'paused' ? refused : pause(world, job)
    case 'resume':
      return status === 'paused' ? resume(world, job) : refused
    case 'delete':
      if (over) remove(world, job)
      return over ? done : refused
    case 'updatePayload':
      if (over || status === 'running') return refused
      job.record = { ...job.record, payload: order.payload, updatedAt: world.now }
      return done
    case 'purge':
      if (over) purge(job)
      return over ? done : refused
    case 'reassignVersion':
      if (over || status === 'running') return refused
      reassign(world, job, order.version)
      return done
  }
}

/** What users handed in and got goes; what the job was and how it ended stays. */
function purge(job: ModelJob): void {
  const { result, lastError: _, ...rest } = job.record
  const ended = result === undefined ? {} : { result: { status: result.status } }
  job.record = { ...rest, payload: 'null', headers: {}, ...ended }
  job.runs = job.runs.map(({ error: _error, progress: _progress, ...run }) => run)
}

function reassign(world: World, job: ModelJob, version: string | undefined): void {
  const { version: _, ...rest } = job.record
  job.record = { ...rest, ...(version === undefined ? {} : { version }), updatedAt: world.now }
  if (inLine(job)) job.place = world.step
}

function cancel(world: World, job: ModelJob, error: string, ended: EndedFiring[]): CommandOutcome {
  const { lease } = job
  if (lease !== undefined) {
    if (lease.cancel !== undefined) return done
    lease.cancel = error
    job.record = { ...job.record, updatedAt: world.now }
    return done
  }
  end(world, job, { status: 'cancelled', error })
  tell(world, 'job.cancelled', job, { error })
  ended.push(toldOfEnd(job, undefined))
  retainNothing(world)
  return done
}

function retry(world: World, job: ModelJob): CommandOutcome {
  const { id, uniqueKey } = job.record
  if (uniqueKey !== undefined) {
    const holder = world.keyHolders.find(({ key }) => key === uniqueKey)
    if (holder) return { kind: 'keyHeld', holder: holder.id }
    world.keyHolders.push({ key: uniqueKey, id })
  }
  const { result: _, lastError: _error, ...rest } = job.record
  job.record = rest
  move(world, job, 'pending', { attempt: 0, consecutiveErrors: 0 })
  joinLine(world, job, 'front')
  tell(world, 'job.retrying', job)
  tell(world, 'job.dispatched', job)
  return done
}

function pause(world: World, job: ModelJob): CommandOutcome {
  move(world, job, 'paused', { pausedAt: world.now })
  tell(world, 'job.paused', job)
  return done
}

/** Resumes a paused job, by hand or by time. */
export function resume(world: World, job: ModelJob): CommandOutcome {
  const { schedule } = job.record
  const anew = { attempt: 0, consecutiveErrors: 0 }
  if (schedule.type === 'ONE_TIME' && schedule.runAt > world.now) {
    move(world, job, 'scheduled', { ...anew, nextRunAt: schedule.runAt })
    tell(world, 'job.resumed', job)
    return done
  }
  move(world, job, 'pending', anew)
  joinLine(world, job, 'end')
  tell(world, 'job.resumed', job)
  tell(world, 'job.dispatched', job)
  return done
}
