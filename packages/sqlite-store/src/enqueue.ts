import type { CallKey } from '@dureq/types'
import { defineJob, type EnqueueOutcome, enqueueFiring, type NewJob, withPartition } from '@dureq/types'
import { addRecurring } from './add-recurring.ts'
import { listSql, selectList } from './batch.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { drop, type Entry, entryOf } from './depth.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import { prefetchKeys } from './flow.ts'
import { holderOf, rememberRequest, requestedJob, takeKey } from './keys.ts'
import { addFiring } from './moves.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'

/** Which job of a call was not created, and which one is there instead; or when those from an index on were stored. */
type EnqueueNote =
  | readonly [index: number, kind: 'repeated' | 'duplicate', id: string]
  | readonly [index: number, kind: 'full', limit: number]
  | readonly [index: number, kind: 'instead', of: EndedNote]
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
  for (const [index, kind, what] of notes) {
    const id = homeId(jobs[index] as NewJob)
    switch (kind) {
      case 'repeated':
      case 'duplicate':
        outcomes[index] = { kind, id: what }
        break
      case 'full':
        outcomes[index] = { kind, id, limit: what }
        break
      case 'instead':
        outcomes[index] = withDropped(outcomes[index], what)
        break
      case 'at':
        for (let i = index; i < jobs.length; i++) {
          outcomes[i] = { kind: 'created', id: homeId(jobs[i] as NewJob), createdAt: what }
        }
    }
  }
  return outcomes
}

/** Tells who had to go for a job that was created. */
function withDropped(outcome: EnqueueOutcome | undefined, note: EndedNote): EnqueueOutcome {
  const [dropped] = endedOf(note)
  if (outcome?.kind !== 'created' || dropped === undefined)
    throw new TypeError('only a new job replaces another')
  return { ...outcome, dropped }
}

/** The id a job has in the store, whose one partition is 0: mostly the one it came with. */
export function homeId({ id }: Pick<NewJob, 'id'>): string {
  return id.startsWith('00', 9) ? id : withPartition(id, 0)
}

const knownIdsSql = listSql((list) => `SELECT id FROM jobs WHERE id IN ${list}`)

function enqueuePiece(step: Step, jobs: readonly NewJob[], from: number): EnqueueNote[] {
  const ids = jobs.map(homeId)
  const taken = idsTaken(step.db, ids)
  prefetchFlow(step, jobs)
  const notes: EnqueueNote[] = [[from, 'at', step.now]]
  jobs.forEach((job, i) => {
    const id = ids[i] as string
    const met = taken.has(id) ? (['repeated', id] as const) : enqueueIfRoom(step, job, id)
    if (met !== undefined) notes.push([from + i, ...met] as EnqueueNote)
    if (met === undefined || met[0] === 'instead') taken.add(id)
  })
  return notes
}

/** Reads at once what is known of the concurrency keys of jobs that are to be stored, and of the lines they join. */
export function prefetchFlow(step: Step, jobs: readonly NewJob[]): void {
  const keyed = jobs.filter(({ concurrencyKeys = [] }) => concurrencyKeys.length > 0)
  if (keyed.length === 0) return
  prefetchKeys(step, keyed)
  step.lines.prefetch(
    keyed.map(({ taskType, version = '', priority, concurrencyKeys }) => ({
      tier: step.rules.tierOf(priority),
      type: taskType,
      version,
      key: concurrencyKeys?.[0]?.key ?? '',
    })),
  )
}

type NotSimplyCreated = MetJob | readonly ['full', limit: number] | readonly ['instead', of: EndedNote]

/** As `enqueueOne`, but for the depth the settings allow. */
function enqueueIfRoom(step: Step, job: NewJob, id: string): NotSimplyCreated | undefined {
  if (step.rules.taskType(job.taskType)?.maxDepth === undefined || job.recurrence !== undefined) {
    return enqueueOne(step, job, id)
  }
  const met = meet(step, job)
  if (met !== undefined) return met
  const definition = defineJob(job, id, step.now)
  const isLater = enqueueFiring(definition, step.now).firing.place.kind !== 'line'
  const entry: Entry = isLater ? { kind: 'let in' } : entryOf(step, definition)
  if (entry.kind === 'full') return ['full', entry.limit]
  // Whoever goes is told of with the one he goes for.
  const before = step.ended.length
  if (entry.kind === 'instead') drop(step, entry.of)
  const [note] = noteEnded(step.ended.splice(before))
  create(step, job, id)
  return note === undefined ? undefined : ['instead', note]
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
