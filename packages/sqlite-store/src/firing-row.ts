import {
  type Firing,
  type JobDefinition,
  type JobSchedule,
  jobIdOf,
  type Place,
  type RunRecord,
  runIdOf,
} from '@dureq/types'
import { statusOf } from './codes.ts'
import type { SqlRow } from './connection.ts'
import type { FiringState, JobOptions, StoredFiring } from './stored-firing.ts'

/** The columns `firingOf` reads, of `firings f JOIN jobs j`. */
export const firingColumns: string =
  'f.seq, j.id, f.type, f.version, f.status, f.pos, f.listed_at, f.state, f.progress, f.output, ' +
  'j.priority, j.run_at, j.options'

/** The columns `definitionOf` reads as well. */
export const jobColumns: string = `${firingColumns}, j.created_at, j.payload`

type FiringRow = readonly [
  seq: number,
  id: string,
  type: string,
  version: string,
  status: number,
  pos: number | null,
  listedAt: number | null,
  state: string,
  progress: string | null,
  output: string | null,
  priority: number,
  runAt: number | null,
  options: string | null,
]

type JobRow = readonly [...FiringRow, createdAt: number, payload: string]

const noOptions: JobOptions = {}

/** The firing of a row that begins with `firingColumns`. */
export function firingOf(row: SqlRow): StoredFiring {
  const [seq, id, , , code, pos, listedAt, text, , , , , options] = row as unknown as FiringRow
  const state = JSON.parse(text) as FiringState
  const run = runOf(row as unknown as FiringRow, state)
  const place = placeOf(row as unknown as FiringRow, state, run)
  const firing: Firing = {
    id,
    job: jobOf(row as unknown as FiringRow),
    status: statusOf(code),
    place,
    executions: state.executions ?? 0,
    attempt: state.attempt ?? 0,
    consecutiveErrors: state.errors ?? 0,
    lastError: state.lastError,
    lastRunAt: state.lastRunAt,
    completedAt: state.completedAt,
    updatedAt: state.updatedAt,
  }
  const { uniqueKey, requestId } = optionsOf(options) ?? noOptions
  return {
    seq,
    uniqueKey,
    requestId,
    firing,
    lastRun: place.kind === 'leased' ? undefined : run,
    pos,
    listedAt,
  }
}

/** What a row of `jobColumns` says of the job itself. */
export function definitionOf(row: SqlRow): JobDefinition {
  const cells = row as unknown as JobRow
  const createdAt = cells[13]
  const payload = cells[14]
  return { ...jobOf(cells), payload, tags: [], headers: {}, ...optionsOf(cells[12]), createdAt }
}

/** A job as far as `firingColumns` tell of it. */
type JobFacts = Omit<JobDefinition, 'payload' | 'createdAt' | 'tags' | 'headers'> & JobOptions

function jobOf([, id, taskType, version, , , , , , , priority, runAt, options]:
  | FiringRow
  | JobRow): JobFacts {
  const job: JobFacts = { id, taskType, priority, schedule: scheduleOf(runAt) }
  if (version === '' && options === null) return job
  return { ...job, ...(version !== '' && { version }), ...optionsOf(options) }
}

function scheduleOf(runAt: number | null): JobSchedule {
  return runAt === null ? { type: 'IMMEDIATE' } : { type: 'ONE_TIME', runAt }
}

function optionsOf(text: string | null): JobOptions | undefined {
  return text === null ? undefined : (JSON.parse(text) as JobOptions)
}

function runOf(row: FiringRow, { run, executions = 0 }: FiringState): RunRecord | undefined {
  if (run === undefined) return undefined
  const [, id, , , , , , , progress] = row
  const record = { id: runIdOf(id, executions), jobId: jobIdOf(id), ...run }
  return progress === null ? record : { ...record, progress }
}

function placeOf(row: FiringRow, { place }: FiringState, run: RunRecord | undefined): Place {
  switch (place.kind) {
    case 'leased': {
      const { kind, ...lease } = place
      return { kind, lease: { ...lease, run: run as RunRecord } }
    }
    case 'ended':
      return endedPlace(row, place)
    case 'line':
    case 'due':
    case 'paused':
      return place
  }
}

function endedPlace(row: FiringRow, place: Extract<FiringState['place'], { readonly kind: 'ended' }>): Place {
  const [, , , , code, , , , , output] = row
  const { endedAt, error } = place
  const status = statusOf(code) as 'completed' | 'dead' | 'cancelled'
  const result = { status, ...(output !== null && { output }), ...(error !== undefined && { error }) }
  return { kind: 'ended', endedAt, result }
}
