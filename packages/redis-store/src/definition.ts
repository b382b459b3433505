import type { JobRecord, JsonText } from '@dureq/types'

/** What stands for the time of a recurring job. */
export const RECURS = '*'

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
    | 'concurrencyKeys'
    | 'workflowId'
    | 'workflowTask'
    | 'batchId'
    | 'batchRole'
    | 'batchItem'
    | 'batchPlace'
  > {
  readonly tags?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** What of a definition most jobs of a kind share. Type and version are numbers of the name table. */
export interface StoredTerms {
  /** As it stands in the definition, between the time of creation and the payload. */
  readonly text: string
  /** The payload has a key of its own. */
  readonly big: boolean
  /** It is a firing of a recurring job, whose payload is that of its job. */
  readonly ofJob: boolean
  readonly priority: number
  readonly extra: Extra
  readonly type: string
  readonly version: string
  /** Empty for an immediate job, `*` for a recurring one. */
  readonly runAt: string
}

/** What a job is, as `j:<id>` holds it; see docs/redis-layout.md. */
export interface StoredDefinition extends StoredTerms {
  readonly createdAt: number
  /** Empty when it has a key of its own. */
  readonly payload: JsonText
}

const NO_EXTRA: Extra = {}

type ItemExtra = readonly [batchId: string, batchPlace: number, batchItem: string, rest?: Extra]

/** The extra of an item of a batch is a list. */
function parseExtra(text: string): Extra {
  const extra = JSON.parse(text) as Extra | ItemExtra
  if (!isItem(extra)) return extra
  const [batchId, batchPlace, batchItem, rest] = extra
  return { batchId, batchRole: 'item', batchItem, batchPlace, ...rest }
}

function isItem(extra: Extra | ItemExtra): extra is ItemExtra {
  return Array.isArray(extra)
}

/** The instance a job with this extra is a member of. */
export function ownerOf({ workflowId, batchId }: Extra): string | undefined {
  return workflowId ?? batchId
}

const TERM_FIELDS = 7

/** Reads a definition. */
export function parseDefinition(text: string): StoredDefinition {
  const created = text.indexOf('\n')
  const terms = parseTerms(text, created + 1)
  return {
    ...terms,
    createdAt: Number(text.slice(0, created)),
    payload: text.slice(created + 1 + terms.text.length),
  }
}

/** Reads the terms that begin at `start`: size, priority, segment, extra, type, version, run at, each with a line break. */
export function parseTerms(text: string, start: number): StoredTerms {
  let end = start
  for (let i = 0; i < TERM_FIELDS; i++) end = text.indexOf('\n', end) + 1
  const own = text.slice(start, end)
  const [size, priority, , extra = '', type = '', version = '', runAt = ''] = own.split('\n')
  return {
    text: own,
    big: size === '@',
    ofJob: size === '^',
    // Behind it may stand the tier of a job that entered a line.
    priority: Number.parseInt(priority as string, 10),
    extra: extra === '' ? NO_EXTRA : parseExtra(extra),
    type,
    version,
    runAt,
  }
}
