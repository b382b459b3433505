import type { JobRecord, JobResult, JsonText } from '@dureq/types'
import type { StoredDefinition } from './definition.ts'
import type { NameOf } from './names.ts'
import type { RecurringParts } from './schedules/read-recurring.ts'
import { type StoredState, statusOf } from './state.ts'

/** A job as it is stored. */
export interface StoredJob {
  readonly id: string
  readonly definition: StoredDefinition
  readonly state: StoredState
  /** The payload, wherever it is kept. */
  readonly payload: JsonText
  /** The output, wherever it is kept; empty when there is none. */
  readonly output: JsonText
}

/** The job that is stored so. */
export function toJobRecord(job: StoredJob, nameOf: NameOf): JobRecord {
  return { ...withoutResult(job, nameOf), ...resultOf(job.state, job.output) }
}

function withoutResult(
  { id, definition, state, payload }: Omit<StoredJob, 'output'>,
  nameOf: NameOf,
): JobRecord {
  const { createdAt, runAt, type, version } = definition
  const { tags = [], headers = {}, ...extra } = definition.extra
  return {
    id,
    taskType: nameOf(type),
    payload,
    schedule: runAt === '' ? { type: 'IMMEDIATE' } : { type: 'ONE_TIME', runAt: Number(runAt) },
    ...extra,
    tags,
    headers,
    status: statusOf(state),
    attempt: Number(state.attempt),
    consecutiveErrors: Number(state.errors),
    priority: definition.priority,
    createdAt,
    updatedAt: Number(state.updatedAt || state.at || createdAt),
    ...(version === '' ? {} : { version: nameOf(version) }),
    ...(state.error === '' ? {} : { lastError: JSON.parse(state.error) as string }),
    ...(state.lastRunAt === '' ? {} : { lastRunAt: Number(state.lastRunAt) }),
    ...timesOf(state),
  }
}

/** A recurring job as it is stored. */
export interface StoredRecurringJob extends Omit<StoredJob, 'output'> {
  readonly parts: RecurringParts
  /** The output of the newest firing that has ended. */
  readonly output: JsonText
}

/** The recurring job that is stored so: what it says of executions its newest firings have to say. */
export function toRecurringRecord(stored: StoredRecurringJob, nameOf: NameOf): JobRecord {
  const { state, parts, output } = stored
  const { schedule, nextRunAt, newest, error, run, result } = parts
  const own = {
    ...state,
    attempt: newest?.attempt ?? '',
    errors: newest?.errors ?? '',
    error: error?.error ?? '',
    lastRunAt: run?.lastRunAt ?? '',
  }
  return {
    ...withoutResult({ ...stored, state: own }, nameOf),
    schedule,
    ...(nextRunAt === undefined || state.letter === 'P' ? {} : { nextRunAt }),
    // A job that was cancelled tells its own end.
    ...(result === undefined || state.letter === 'k' ? resultOf(state, '') : resultOf(result, output)),
  }
}

function timesOf(state: StoredState): Partial<JobRecord> {
  const at = Number(state.at)
  switch (state.letter) {
    case 'd':
    case 'r':
      return { nextRunAt: at }
    case 'c':
      return { completedAt: at }
    case 'P':
      return { pausedAt: at }
    case 'p':
      return state.since === '' ? { pausedAt: at } : { pausedAt: at, resumeAt: Number(state.since) }
    default:
      return {}
  }
}

function resultOf(state: StoredState, output: JsonText): { result?: JobResult<JsonText> } {
  switch (state.letter) {
    case 'c':
      return { result: output === '' ? { status: 'completed' } : { status: 'completed', output } }
    case 'x':
      return { result: { status: 'dead', ...errorOf(state.error) } }
    case 'k':
      return { result: { status: 'cancelled', ...errorOf(state.cancel) } }
    default:
      return {}
  }
}

/** One that was purged tells none. */
function errorOf(text: string): { error?: string } {
  return text === '' ? {} : { error: JSON.parse(text) as string }
}
