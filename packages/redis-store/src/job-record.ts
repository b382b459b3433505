import type { JobRecord, JobResult, JsonText } from '@dureq/types'
import type { StoredDefinition } from './definition.ts'
import type { NameOf } from './names.ts'
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
export function toJobRecord(
  { id, definition, state, payload, output }: StoredJob,
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
    ...resultOf(state, output),
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
      return { result: { status: 'dead', error: JSON.parse(state.error) as string } }
    case 'k':
      return { result: { status: 'cancelled', error: JSON.parse(state.cancel) as string } }
    default:
      return {}
  }
}
