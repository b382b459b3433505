import type { JobDefinition, JobSchedule } from '@dureq/types'
import { statusOf } from './codes.ts'
import type { SqlRow } from './connection.ts'
import { readState } from './firing-state.ts'
import type { JobOptions, StoredFiring } from './stored-firing.ts'

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
  const cells = row as unknown as FiringRow
  const [seq, id, , , code, pos, listedAt, state, progress, output, , , options] = cells
  const job = jobOf(cells)
  const { firing, run } = readState(state, { id, job, status: statusOf(code), progress, output })
  const { uniqueKey, requestId } = options === null ? noOptions : job
  const lastRun = firing.place.kind === 'leased' ? undefined : run
  return { seq, uniqueKey, requestId, firing, lastRun, pos, listedAt }
}

/** What a row of `jobColumns` says of the job itself. */
export function definitionOf(row: SqlRow): JobDefinition {
  const [, id, taskType, version, , , , , , , priority, runAt, options, createdAt, payload] =
    row as unknown as JobRow
  const schedule = scheduleOf(runAt)
  const job: JobDefinition = { id, taskType, payload, priority, schedule, tags: [], headers: {}, createdAt }
  return withStated(job, version, options)
}

/** A job as far as `firingColumns` tell of it. */
type JobFacts = Pick<JobDefinition, 'id' | 'taskType' | 'priority' | 'schedule'> & JobOptions

function jobOf(cells: FiringRow): JobFacts {
  const [, id, taskType, version, , , , , , , priority, runAt, options] = cells
  return withStated<JobFacts>({ id, taskType, priority, schedule: scheduleOf(runAt) }, version, options)
}

function scheduleOf(runAt: number | null): JobSchedule {
  return runAt === null ? { type: 'IMMEDIATE' } : { type: 'ONE_TIME', runAt }
}

/** A job with what it states besides, which is nothing with most. */
function withStated<Job extends JobFacts>(job: Job, version: string, options: string | null): Job {
  if (version === '' && options === null) return job
  const stated = options === null ? {} : (JSON.parse(options) as JobOptions)
  return { ...job, ...stated, ...(version !== '' && { version }) }
}
