import type { JobRecord, JobResult, JobStatus, JsonText, LeasedRun, RunRecord, RunStatus } from '@dureq/types'
import { runIdOf } from '@dureq/types'

/** The fields of a job's string, in their order; see docs/redis-layout.md. Empty means zero or absent. */
const FIELDS = [
  'state',
  'attempt',
  'errors',
  'n',
  'at',
  'token',
  'node',
  'startedAt',
  'maxAttempts',
  'leaseMs',
  'cancel',
  'watch',
  'error',
  'lastRunAt',
  'run',
  'resumeAt',
  'updatedAt',
  'beat',
  'type',
  'version',
  'priority',
  'createdAt',
  'segment',
  'runAt',
  'extra',
  'size',
  'out',
  'line',
] as const

/** A job's string taken apart; `rest` is its payload and, after it, its output, as far as they are short. */
export type StoredRecord = { readonly [Field in (typeof FIELDS)[number]]: string } & { readonly rest: string }

/** The rarely used part of a job: what enqueue was given beyond the ordinary. */
export interface Extra
  extends Pick<
    JobRecord,
    | 'retryPolicy'
    | 'uniqueKey'
    | 'requestId'
    | 'dlqAfter'
    | 'timeoutMs'
    | 'scheduleToStartTimeoutMs'
    | 'heartbeatTimeoutMs'
    | 'retainMs'
  > {
  readonly tags?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** Looks a small number up in the name table: the name without its kind. */
export type NameOf = (number: string) => string

const STATUS: Readonly<Record<string, JobStatus>> = {
  w: 'pending',
  d: 'scheduled',
  r: 'retrying',
  q: 'retrying',
  a: 'running',
  l: 'running',
  p: 'paused',
  c: 'completed',
  x: 'dead',
  k: 'cancelled',
}

/** Takes a job's string apart. */
export function parseRecord(text: string): StoredRecord {
  const record: Record<string, string> = {}
  let start = 0
  for (const field of FIELDS) {
    const end = text.indexOf('\n', start)
    record[field] = text.slice(start, end)
    start = end + 1
  }
  record['rest'] = text.slice(start)
  return record as StoredRecord
}

/** The status a record is in. */
export function statusOf(record: StoredRecord): JobStatus {
  return STATUS[record.state] as JobStatus
}

/** The numbers a record names things by. */
export function numbersIn(record: StoredRecord): readonly string[] {
  return [record.type, record.version, record.node].filter((number) => number !== '')
}

/** Payload and output of a record that has them inside; sizes are bytes. */
export function bodyOf(record: StoredRecord): { readonly payload: JsonText; readonly output: JsonText } {
  if (record.size === '@') return { payload: '', output: record.rest }
  if (record.state !== 'c') return { payload: record.rest, output: '' }
  const bytes = Buffer.from(record.rest)
  const size = Number(record.size)
  return { payload: bytes.toString('utf8', 0, size), output: bytes.toString('utf8', size) }
}

/** The job a record describes. `payload` and `output` are those kept in keys of their own, if any. */
export function toJob(
  id: string,
  record: StoredRecord,
  nameOf: NameOf,
  big: { readonly payload?: JsonText; readonly output?: JsonText },
): JobRecord {
  const body = bodyOf(record)
  const output = big.output ?? body.output
  const { tags = [], headers = {}, ...extra } = extraOf(record)
  return {
    id,
    taskType: nameOf(record.type),
    payload: big.payload ?? body.payload,
    schedule: record.runAt === '' ? { type: 'IMMEDIATE' } : { type: 'ONE_TIME', runAt: Number(record.runAt) },
    ...extra,
    tags,
    headers,
    status: statusOf(record),
    attempt: Number(record.attempt),
    consecutiveErrors: Number(record.errors),
    priority: Number(record.priority),
    createdAt: Number(record.createdAt),
    updatedAt: Number(record.updatedAt || record.at || record.createdAt),
    ...(record.version === '' ? {} : { version: nameOf(record.version) }),
    ...(record.error === '' ? {} : { lastError: JSON.parse(record.error) as string }),
    ...(record.lastRunAt === '' ? {} : { lastRunAt: Number(record.lastRunAt) }),
    ...timesOf(record),
    ...resultOf(record, output),
  }
}

function extraOf(record: StoredRecord): Extra {
  return record.extra === '' ? {} : (JSON.parse(record.extra) as Extra)
}

function timesOf(record: StoredRecord): Partial<JobRecord> {
  const at = Number(record.at)
  switch (record.state) {
    case 'd':
    case 'r':
      return { nextRunAt: at }
    case 'c':
      return { completedAt: at }
    case 'p':
      return record.resumeAt === '' ? { pausedAt: at } : { pausedAt: at, resumeAt: Number(record.resumeAt) }
    default:
      return {}
  }
}

function resultOf(record: StoredRecord, output: JsonText): { result?: JobResult<JsonText> } {
  switch (record.state) {
    case 'c':
      return { result: output === '' ? { status: 'completed' } : { status: 'completed', output } }
    case 'x':
      return { result: { status: 'dead', error: JSON.parse(record.error) as string } }
    case 'k':
      return { result: { status: 'cancelled', error: JSON.parse(record.cancel) as string } }
    default:
      return {}
  }
}

/** The lease a claim gave on a record. */
export function toLease(
  id: string,
  record: StoredRecord,
  nameOf: NameOf,
  rest: { readonly claimableAt: number; readonly payload: JsonText },
): LeasedRun {
  const { retryPolicy, timeoutMs, headers = {} } = extraOf(record)
  return {
    runId: runIdOf(id, Number(record.n)),
    firingId: id,
    jobId: id,
    token: record.token,
    taskType: nameOf(record.type),
    payload: record.size === '@' ? rest.payload : record.rest,
    attempt: Number(record.attempt) + 1,
    maxAttempts: Number(record.maxAttempts),
    consecutiveErrors: Number(record.errors),
    priority: Number(record.priority),
    headers,
    leaseMs: Number(record.leaseMs),
    claimableAt: rest.claimableAt,
    claimedAt: Number(record.at),
    createdAt: Number(record.createdAt),
    ...(record.version === '' ? {} : { version: nameOf(record.version) }),
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
}

/** The run a record holds itself: the one going on, or the one that ended the job. */
export function presentRun(
  id: string,
  record: StoredRecord,
  nameOf: NameOf,
  progress: JsonText | undefined,
): RunRecord | undefined {
  const leased = record.state === 'a' || record.state === 'l'
  if (!leased && record.run === '') return undefined
  const startedAt = Number(record.startedAt)
  const base = {
    id: runIdOf(id, Number(record.n)),
    jobId: id,
    nodeId: nameOf(record.node),
    startedAt,
    ...(record.beat === '' ? {} : { lastHeartbeatAt: Number(record.beat) }),
    ...(progress === undefined ? {} : { progress }),
  }
  if (leased) {
    return {
      ...base,
      status: record.state === 'a' ? 'claimed' : 'running',
      attempt: Number(record.attempt) + 1,
    }
  }
  const finishedAt = Number(record.at)
  const error = record.state === 'k' ? record.cancel : record.error
  return {
    ...base,
    status: record.run as RunStatus,
    attempt: Number(record.attempt),
    finishedAt,
    durationMs: finishedAt - startedAt,
    ...(record.state === 'c' ? {} : { error: JSON.parse(error) as string }),
  }
}

/** The numbers in a filed run: only its node. */
export function nodeOfFiledRun(text: string): string {
  return text.split('\t', 4)[3] as string
}

/** A finished run of a firing that went on after it, as `fileRun` of lua/lib/runs.lua wrote it. */
export function toFiledRun(id: string, text: string, nameOf: NameOf): RunRecord {
  const [n, status, attempt, node, started, finished, error, beat, progress] = text.split('\t') as string[]
  const startedAt = Number(started)
  const finishedAt = Number(finished)
  return {
    id: runIdOf(id, Number(n)),
    jobId: id,
    nodeId: nameOf(node ?? ''),
    status: status as RunStatus,
    attempt: Number(attempt),
    startedAt,
    finishedAt,
    durationMs: finishedAt - startedAt,
    ...(error ? { error: JSON.parse(error) as string } : {}),
    ...(beat ? { lastHeartbeatAt: Number(beat) } : {}),
    ...(progress ? { progress } : {}),
  }
}
