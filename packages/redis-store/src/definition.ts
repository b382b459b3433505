import type { JobRecord, JsonText } from '@dureq/types'

/** The rarely used part of a job: what enqueue was given beyond the ordinary. */
interface Extra
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

/** What a job is, as `j:<id>` holds it; see docs/redis-layout.md. Type and version are numbers of the name table. */
export interface StoredDefinition {
  readonly createdAt: number
  /** The payload has a key of its own. */
  readonly big: boolean
  readonly priority: number
  readonly extra: Extra
  readonly type: string
  readonly version: string
  /** Empty for an immediate job. */
  readonly runAt: string
  /** Empty when it has a key of its own. */
  readonly payload: JsonText
}

const NO_EXTRA: Extra = {}

/** Reads the definition between `start` and `end` of a text. */
export function parseDefinition(text: string, start = 0, end: number = text.length): StoredDefinition {
  // created, size, priority, segment, extra, type, version, run at: eight fields, each ended by a line break.
  const created = text.indexOf('\n', start)
  const size = text.indexOf('\n', created + 1)
  const priority = text.indexOf('\n', size + 1)
  const segment = text.indexOf('\n', priority + 1)
  const extra = text.indexOf('\n', segment + 1)
  const type = text.indexOf('\n', extra + 1)
  const version = text.indexOf('\n', type + 1)
  const runAt = text.indexOf('\n', version + 1)
  return {
    createdAt: Number(text.slice(start, created)),
    big: text[created + 1] === '@',
    priority: Number(text.slice(size + 1, priority)),
    extra: extra === segment + 1 ? NO_EXTRA : (JSON.parse(text.slice(segment + 1, extra)) as Extra),
    type: text.slice(extra + 1, type),
    version: text.slice(type + 1, version),
    runAt: text.slice(version + 1, runAt),
    payload: text.slice(runAt + 1, end),
  }
}
