import type { EventType, Firing, JobDefinition, JobStatus, Recurring } from '@dureq/types'
import { tell } from '@dureq/types'
import type { Connection } from './connection.ts'
import { listedAtOf } from './firing-columns.ts'
import { dueAtOf, isPaused, type SchedulePlan } from './schedule-plan.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'
import { statusByTally, type Tally } from './tally.ts'

/** A recurring job that has not ended, as one step works with it. */
export interface RecurringJob {
  /** Its row among the firings: what its record shows, its status as it was last written. */
  readonly stored: StoredFiring
  readonly tally: Tally
  version: number
  plan: SchedulePlan
  /** All its firings are about to end: no held one is released meanwhile. */
  isClearing: boolean
  /** Its rows are to be written. */
  isChanged: boolean
}

/** The recurring jobs one step works with. Each is loaded once and written once. */
export interface RecurringBook {
  /** The recurring job of this id; undefined when there is none that has not ended. */
  get(step: Step, id: string): RecurringJob | undefined
  /** Takes a new one in. */
  add(step: Step, job: RecurringJob): void
  /** The schedule of a job that has ended goes. */
  close(step: Step, job: RecurringJob): void
  /** A schedule may be due earlier than was known. */
  noteEarlier(step: Step): void
  /** Writes what has changed. */
  flush(step: Step): void
}

/** A book nothing was read into yet. */
export function createRecurringBook(): RecurringBook {
  const known = new Map<string, RecurringJob | undefined>()
  let isEarlier = false
  return {
    get(step, id) {
      if (!known.has(id)) known.set(id, load(step, id))
      return known.get(id)
    },
    add(step, job) {
      const { firing, seq } = job.stored
      known.set(firing.id, job)
      step.db.run('INSERT INTO schedules (seq, due_at, version, plan, tally) VALUES (?, ?, ?, ?, ?)', [
        seq,
        ...columnsOf(job),
      ])
    },
    close(step, { stored }) {
      known.set(stored.firing.id, undefined)
      step.db.run('DELETE FROM schedules WHERE seq = ?', [stored.seq])
    },
    noteEarlier(step) {
      step.news.schedules = true
      isEarlier = true
    },
    flush(step) {
      for (const job of known.values()) if (job?.isChanged) write(step, job)
      if (isEarlier) step.db.run('UPDATE schedule_numbers SET earlier = earlier + 1')
      isEarlier = false
      known.clear()
    },
  }
}

type ScheduleRow = readonly [version: number, plan: string, tally: string]

function load(step: Step, id: string): RecurringJob | undefined {
  const [stored] = step.firings.byIds([id])
  if (stored?.firing.place.kind !== 'recurring') return undefined
  const row = step.db.get('SELECT version, plan, tally FROM schedules WHERE seq = ?', [stored.seq])
  if (row === undefined) return undefined
  const [version, plan, tally] = row as unknown as ScheduleRow
  return {
    stored,
    version,
    plan: readPlan(plan),
    tally: readTally(tally),
    isClearing: false,
    isChanged: false,
  }
}

/** Reads the plan of a schedule. */
export function readPlan(text: string): SchedulePlan {
  return JSON.parse(text) as SchedulePlan
}

/** Reads the tally of a schedule. */
export function readTally(text: string): Tally {
  return JSON.parse(text) as Tally
}

function columnsOf({ plan, version, tally }: RecurringJob) {
  return [dueAtOf(plan), version, JSON.stringify(plan), JSON.stringify(tally)] as const
}

function write(step: Step, job: RecurringJob): void {
  const sql = 'UPDATE schedules SET due_at = ?, version = ?, plan = ?, tally = ? WHERE seq = ?'
  step.db.run(sql, [...columnsOf(job), job.stored.seq])
  const before = job.stored.firing
  const status = statusOf(job)
  const firing: Firing = { ...before, status, place: placeOf(job, step.now), updatedAt: step.now }
  replaceJob(step, job.stored, firing)
}

/** Writes the record of a recurring job over, and counts it under its status. */
export function replaceJob(step: Step, stored: StoredFiring, firing: Firing): void {
  const { status: before } = stored.firing
  stored.listedAt = listedAtOf(firing, undefined)
  stored.pos = firing.status === 'pending' ? stored.seq : null
  stored.firing = firing
  if (firing.status !== before) {
    step.counts.add(firing.job.taskType, before, -1)
    step.counts.add(firing.job.taskType, firing.status, 1)
  }
  step.firings.changed(stored)
}

/** The derived status of a recurring job that has not ended. */
export function statusOf({ plan, tally }: Pick<RecurringJob, 'plan' | 'tally'>): JobStatus {
  return isPaused(plan) ? 'paused' : statusByTally(tally)
}

function placeOf(job: RecurringJob, now: number): Recurring {
  const { status, place } = job.stored.firing
  const known = place.kind === 'recurring' ? place : undefined
  const since = status === statusOf(job) ? (known?.since ?? now) : now
  const paused = isPaused(job.plan)
  return {
    kind: 'recurring',
    since,
    nextRunAt: paused ? undefined : job.plan.next?.nextRunAt,
    pausedAt: paused ? (known?.pausedAt ?? now) : undefined,
  }
}

/** What a recurring job states. Whatever read or made its row knows all of it but the payload. */
export function definitionOf({ stored }: RecurringJob): JobDefinition {
  return stored.firing.job as JobDefinition
}

/** Tells what happens to a recurring job itself. */
export function tellOfJob(
  step: Step,
  { stored }: RecurringJob,
  { type, error }: { readonly type: EventType; readonly error?: string | undefined },
): void {
  const told = error === undefined ? tell(type, stored.firing) : tell(type, stored.firing, { error })
  step.events.push({ ...told, timestamp: step.now })
}

/** How many schedules there are, and how often one may have become due earlier. */
export function readScheduleNumbers(db: Connection): { readonly count: number; readonly earlier: number } {
  const [count, earlier] = db.get('SELECT count, earlier FROM schedule_numbers') as readonly [number, number]
  return { count, earlier }
}
