import type { CallKey } from '@dureq/types'
import { defineJob, type EnqueueOutcome, enqueueFiring, type NewJob, withPartition } from '@dureq/types'
import { addRecurring } from './add-recurring.ts'
import { listSql, selectList } from './batch.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { holderOf, rememberRequest, requestedJob, takeKey } from './keys.ts'
import { addFiring } from './moves.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'

/** Which job of a call was not created, and which one is there instead; or when those from an index on were stored. */
type EnqueueNote =
  | readonly [index: number, kind: 'repeated' | 'duplicate', id: string]
  | readonly [from: number, kind: 'at', time: number]

/** One piece takes at most this many jobs, ... */
const PIECE_JOBS = 600
/** ... and payloads of this many characters together. */
const PIECE_CHARACTERS = 4 * 1024 * 1024

/** Stores new jobs: `JobsRole.enqueue`. */
export async function enqueueJobs(
  core: Core,
  call: CallKey,
  jobs: readonly NewJob[],
): Promise<readonly EnqueueOutcome[]> {
  const notes = await callInPieces<NewJob, EnqueueNote>(core, {
    call,
    items: jobs,
    patience: 'ordinary',
    weigh: (job) => 1 / PIECE_JOBS + job.payload.length / PIECE_CHARACTERS,
    work: enqueuePiece,
  })
  return outcomesOf(jobs, notes)
}

function outcomesOf(jobs: readonly NewJob[], notes: readonly EnqueueNote[]): readonly EnqueueOutcome[] {
  const outcomes: EnqueueOutcome[] = []
  for (const note of notes) {
    if (note[1] !== 'at') {
      outcomes[note[0]] = { kind: note[1], id: note[2] }
      continue
    }
    for (let i = note[0]; i < jobs.length; i++) {
      outcomes[i] = { kind: 'created', id: homeId(jobs[i] as NewJob), createdAt: note[2] }
    }
  }
  return outcomes
}

/** The id a job has in the store, whose one partition is 0: mostly the one it came with. */
export function homeId({ id }: Pick<NewJob, 'id'>): string {
  return id.startsWith('00', 9) ? id : withPartition(id, 0)
}

const knownIdsSql = listSql((list) => `SELECT id FROM jobs WHERE id IN ${list}`)

function enqueuePiece(step: Step, jobs: readonly NewJob[], from: number): EnqueueNote[] {
  const ids = jobs.map(homeId)
  const taken = idsTaken(step.db, ids)
  const notes: EnqueueNote[] = [[from, 'at', step.now]]
  jobs.forEach((job, i) => {
    const id = ids[i] as string
    const met = taken.has(id) ? (['repeated', id] as const) : enqueueOne(step, job, id)
    if (met !== undefined) return notes.push([from + i, ...met])
    return taken.add(id)
  })
  return notes
}

/** Which of these ids there are jobs of. Ids grow with time, so that mostly all are greater than any that is taken. */
export function idsTaken(db: Connection, ids: readonly string[]): Set<string> {
  const least = ids.reduce((least, id) => (id < least ? id : least))
  if (db.get('SELECT 1 FROM jobs WHERE id >= ? LIMIT 1', [least]) === undefined) return new Set()
  return new Set(selectList(db, knownIdsSql, ids).map((row) => row[0] as string))
}

/** A job that is there instead of another, and why. */
type MetJob = readonly [kind: 'repeated' | 'duplicate', id: string]

/** Stores a job of an id that is free, unless there is another instead of it: then answers with that. */
export function enqueueOne(step: Step, job: NewJob, id: string): MetJob | undefined {
  const met = meet(step, job)
  if (met === undefined) create(step, job, id)
  return met
}

/** The job that is there instead of this one, if there is one. */
function meet(step: Step, job: NewJob): MetJob | undefined {
  const { requestId, uniqueKey } = job
  if (requestId === undefined && uniqueKey === undefined) return undefined
  const requested = requestId === undefined ? undefined : requestedJob(step.db, requestId, step.now)
  if (requested !== undefined) return ['repeated', requested]
  const holder = uniqueKey === undefined ? undefined : holderOf(step.db, uniqueKey)
  return holder === undefined ? undefined : ['duplicate', holder]
}

function create(step: Step, job: NewJob, id: string): void {
  const definition = defineJob(job, id, step.now)
  if (job.recurrence === undefined) addFiring(step, definition, enqueueFiring(definition, step.now))
  else addRecurring(step, definition, job.recurrence)
  if (job.uniqueKey !== undefined) takeKey(step.db, job.uniqueKey, id)
  if (job.requestId !== undefined) rememberRequest(step.db, job.requestId, id, step.now)
}
