import type { EndedFiring } from '@dureq/types'
import { resume } from './commands.ts'
import { end, removeAt, retain, retainNothing, toldOfEnd } from './endings.ts'
import { expire, type LeasedJob } from './outcomes.ts'
import { inLine, joinLine, type ModelJob, move, tell, type World } from './world.ts'

/** `runs.advance` until nothing is left to move; answers with what ended. */
export function advance(world: World): EndedFiring[] {
  world.step++
  const ended: EndedFiring[] = []
  for (const job of world.jobs) if (isDue(world, job)) moveDue(world, job, ended)
  retainNothing(world)
  retain(world)
  world.requests = world.requests.filter((request) => request.until > world.now)
  return ended
}

/** Whether time alone would move or remove something now. */
export function timeIsUp(world: World): boolean {
  return world.jobs.some((job) => isDue(world, job) || removeAt(world, job) <= world.now)
}

function isDue({ now }: World, job: ModelJob): boolean {
  const { nextRunAt = Infinity, resumeAt = Infinity, scheduleToStartTimeoutMs = Infinity } = job.record
  const until = job.lease?.until ?? Infinity
  const start = inLine(job) ? job.claimableAt + scheduleToStartTimeoutMs : Infinity
  return Math.min(nextRunAt, resumeAt, until, start) <= now
}

function moveDue(world: World, job: ModelJob, ended: EndedFiring[]): void {
  if (job.lease !== undefined) return expire(world, job as LeasedJob, ended)
  const { status } = job.record
  if (inLine(job)) missStart(world, job, ended)
  else if (status === 'paused') resume(world, job)
  else {
    move(world, job, status === 'retrying' ? 'retrying' : 'pending')
    joinLine(world, job, status === 'retrying' ? 'front' : 'end')
    tell(world, 'job.dispatched', job)
  }
}

function missStart(world: World, job: ModelJob, ended: EndedFiring[]): void {
  const error = 'dureq: schedule-to-start timeout exceeded'
  end(world, job, { status: 'dead', error }, { lastError: error })
  tell(world, 'job.schedule_to_start_timeout', job, { error })
  tell(world, 'job.dead', job, { error })
  ended.push(toldOfEnd(job, undefined))
}
