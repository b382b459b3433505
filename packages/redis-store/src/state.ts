import type { JobStatus, JsonText } from '@dureq/types'
import type { StoredDefinition } from './definition.ts'

/** The fields of a state, in their order; see docs/redis-layout.md. Empty means zero or absent. */
const FIELDS = [
  'letter',
  'token',
  'cancel',
  'watch',
  'type',
  'segment',
  'flags',
  'node',
  'n',
  'attempt',
  'beat',
  'holds',
  'errors',
  'at',
  'startedAt',
  'maxAttempts',
  'leaseMs',
  'error',
  'lastRunAt',
  'run',
  'since',
  'updatedAt',
  'version',
  'priority',
  'line',
  'out',
] as const

/** The state of a firing, as `s:<id>` holds it. */
export type StoredState = { readonly [Field in (typeof FIELDS)[number]]: string } & {
  readonly output: JsonText
}

const EMPTY = Object.fromEntries(FIELDS.map((field) => [field, ''])) as Record<string, string>

/** Takes the text of a state apart. */
export function parseState(text: string): StoredState {
  if (text.startsWith('C') || text.startsWith('M')) return parseShort(text)
  const state: Record<string, string> = {}
  let start = 0
  for (const field of FIELDS) {
    const end = text.indexOf('\n', start)
    state[field] = text.slice(start, end)
    start = end + 1
  }
  state['output'] = text.slice(start)
  return state as StoredState
}

/** The short form of a plain job, or plain member, that completed at its first attempt. */
function parseShort(text: string): StoredState {
  const [type, segment, node, at, took, ...output] = text.slice(1).split('\n') as [string, ...string[]]
  const flags = text.startsWith('M') ? 'x' : ''
  const ran = { node, n: '1', attempt: '1', run: 'succeeded', lastRunAt: at, at }
  const startedAt = String(Number(at) - Number(took))
  return {
    ...EMPTY,
    letter: 'c',
    type,
    segment,
    flags,
    ...ran,
    startedAt,
    output: output.join('\n'),
  } as StoredState
}

/** The state of a job that has none stored: it waits, or is delayed, since it was stored. */
export function freshState({ createdAt, runAt }: StoredDefinition): StoredState {
  const delayed = Number(runAt) > createdAt
  const at = delayed ? { letter: 'd', at: runAt, updatedAt: String(createdAt) } : { letter: 'w' }
  return { ...EMPTY, output: '', ...at } as StoredState
}

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
  h: 'pending',
  S: 'scheduled',
  W: 'pending',
  R: 'retrying',
  L: 'running',
  P: 'paused',
}

/** The status a letter stands for. */
export function statusOf(state: StoredState): JobStatus {
  return STATUS[state.letter] as JobStatus
}
