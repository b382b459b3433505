import type { LeasedRun } from '@dureq/types'
import { runIdOf } from '@dureq/types'
import { parseDefinition, type StoredDefinition } from './definition.ts'

/** One lease as `claim.lua` replies it: eight fields of its state, then the definition of the job. */
export interface LeaseText {
  readonly id: string
  /** Since when it was claimable; empty: since its creation. */
  readonly claimable: string
  readonly n: string
  readonly attempt: string
  readonly errors: string
  readonly max: string
  readonly lease: string
  /** Its place in the token; empty: its place among the leases. */
  readonly place: string
  readonly definition: StoredDefinition
}

/** Ends a lease; no JSON text contains it. */
const SEPARATOR = '\x1e'

/** Takes the leases of one reply apart. */
export function parseLeases(text: string): LeaseText[] {
  const leases: LeaseText[] = []
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf(SEPARATOR, start)
    leases.push(parseLease(text, start, end))
    start = end + 1
  }
  return leases
}

function parseLease(text: string, start: number, end: number): LeaseText {
  const id = text.indexOf('\n', start)
  const claimable = text.indexOf('\n', id + 1)
  const n = text.indexOf('\n', claimable + 1)
  const attempt = text.indexOf('\n', n + 1)
  const errors = text.indexOf('\n', attempt + 1)
  const max = text.indexOf('\n', errors + 1)
  const lease = text.indexOf('\n', max + 1)
  const place = text.indexOf('\n', lease + 1)
  return {
    id: text.slice(start, id),
    claimable: text.slice(id + 1, claimable),
    n: text.slice(claimable + 1, n),
    attempt: text.slice(n + 1, attempt),
    errors: text.slice(attempt + 1, errors),
    max: text.slice(errors + 1, max),
    lease: text.slice(max + 1, lease),
    place: text.slice(lease + 1, place),
    definition: parseDefinition(text, place + 1, end),
  }
}

/** What all leases of one claim share, and the names of their types and versions. */
export interface LeaseNames {
  readonly tokenPrefix: string
  readonly claimedAt: number
  nameOf(number: string): string
}

const NO_HEADERS: LeasedRun['headers'] = {}

/** The lease at an index of its claim; `payload` is the one kept in a key of its own, if it is. */
export function toLease(text: LeaseText, index: number, names: LeaseNames, payload: string): LeasedRun {
  const { id, definition } = text
  const lean = {
    runId: runIdOf(id, Number(text.n)),
    firingId: id,
    jobId: id,
    token: `${names.tokenPrefix}.${text.place || index + 1}`,
    taskType: names.nameOf(definition.type),
    payload,
    attempt: Number(text.attempt) + 1,
    maxAttempts: Number(text.max),
    consecutiveErrors: Number(text.errors),
    priority: definition.priority,
    headers: definition.extra.headers ?? NO_HEADERS,
    leaseMs: Number(text.lease),
    claimableAt: text.claimable === '' ? definition.createdAt : Number(text.claimable),
    claimedAt: names.claimedAt,
    createdAt: definition.createdAt,
  }
  const { retryPolicy, timeoutMs } = definition.extra
  if (retryPolicy === undefined && timeoutMs === undefined && definition.version === '') return lean
  return {
    ...lean,
    ...(definition.version === '' ? {} : { version: names.nameOf(definition.version) }),
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
}
