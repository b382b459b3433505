import { type JobDefinition, jobIdOf } from '@dureq/types'
import { statusOf } from './codes.ts'
import type { SqlRow } from './connection.ts'
import { readState } from './firing-state.ts'
import { readFacts, readItem } from './job-facts.ts'
import type { GroupName } from './line-group.ts'
import { isOfRecurring, ownerOf, type StoredFiring } from './stored-firing.ts'

/** A firing with its job. */
export interface FiringWithJob {
  readonly stored: StoredFiring
  readonly definition: JobDefinition
}

/** The columns `firingOf` reads, of `firings f JOIN jobs j`. */
export const firingColumns: string =
  'f.seq, j.id, f.type, f.version, f.status, f.tier, f.pos, f.listed_at, f.state, f.output, j.facts, j.item'

/** The columns `firingWithJob` reads. */
export const jobColumns: string = `${firingColumns}, j.payload`

type FiringRow = readonly [
  seq: number,
  id: string,
  type: string,
  version: string,
  status: number,
  tier: number | null,
  pos: number | null,
  listedAt: number | null,
  state: string,
  output: string | null,
  facts: string,
  item: string | null,
  payload?: string,
]

/** The firing of a row that begins with `firingColumns`. Its job has no payload unless the row has. */
export function firingOf(row: SqlRow): StoredFiring {
  return firingWithJob(row).stored
}

/** The firing of a row of `jobColumns`, with its job. */
export function firingWithJob(row: SqlRow): FiringWithJob {
  const [seq, id, type, version, code, tier, pos, listedAt, text, output, facts, item, payload = ''] =
    row as unknown as FiringRow
  const job = definitionOf({ id: jobOf(seq, id), type, version, facts, item, payload })
  const { firing, run, marks } = readState(text, { seq, id, job, status: statusOf(code), output })
  const { uniqueKey, requestId } = job
  const lastRun = firing.place.kind === 'leased' ? undefined : run
  const owner = ownerOf(job)
  const tags = tagsOf(seq, job)
  return {
    stored: { seq, uniqueKey, requestId, owner, tags, marks, firing, lastRun, tier, pos, listedAt },
    definition: job,
  }
}

/** The columns `waitingInLine` reads: fewer, since the line tells the others. */
export const waitingColumns: string = 'f.seq, j.id, f.pos, f.listed_at, f.state, j.facts, j.item, j.payload'

type WaitingRow = readonly [
  seq: number,
  id: string,
  pos: number,
  listedAt: number | null,
  state: string,
  facts: string,
  item: string | null,
  payload: string,
]

/** The firing of a row of `waitingColumns`, with its job. */
export function waitingInLine({ tier, type, version }: GroupName, row: SqlRow): FiringWithJob {
  const [seq, id, pos, listedAt, text, facts, item, payload] = row as unknown as WaitingRow
  const job = definitionOf({ id: jobOf(seq, id), type, version, facts, item, payload })
  // Only retries have a place in a listing while they stand in a line.
  const status = listedAt === null ? 'pending' : 'retrying'
  const { firing, run, marks } = readState(text, { seq, id, job, status, output: null })
  const { uniqueKey, requestId } = job
  const owner = ownerOf(job)
  const tags = tagsOf(seq, job)
  return {
    stored: { seq, uniqueKey, requestId, owner, tags, marks, firing, lastRun: run, tier, pos, listedAt },
    definition: job,
  }
}

/** The tags a listing finds a job by. */
function tagsOf(seq: number, { tags }: JobDefinition): readonly string[] {
  return isOfRecurring({ seq }) ? noTags : tags
}

/** The id of the job of a firing: its own, unless that job is recurring. */
function jobOf(seq: number, id: string): string {
  return isOfRecurring({ seq }) ? jobIdOf(id) : id
}

interface JobColumns {
  readonly id: string
  readonly type: string
  readonly version: string
  readonly facts: string
  readonly item: string | null
  readonly payload: string
}

const noTags: readonly string[] = []
const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

function definitionOf({ id, type: taskType, version, facts, item, payload }: JobColumns): JobDefinition {
  const { priority, createdAt, schedule, stated } = readFacts(facts)
  const job: JobDefinition = {
    id,
    taskType,
    payload,
    priority,
    schedule,
    tags: noTags,
    headers: noHeaders,
    createdAt,
  }
  if (version === '' && stated === undefined) return job
  const ofItem = item === null ? undefined : readItem(item)
  return { ...job, ...stated, ...(version !== '' && { version }), ...ofItem }
}
