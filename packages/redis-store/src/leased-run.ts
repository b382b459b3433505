import type { LeasedRun } from '@dureq/types'
import { runIdOf } from '@dureq/types'
import { parseDefinition, type StoredDefinition } from './definition.ts'

/** One lease as `claim.lua` replies it: nine fields of its state, then the definition of the job. */
export interface LeaseText {
  readonly fields: readonly string[]
  readonly definition: StoredDefinition
}

const STATE_FIELDS = 9

/** Takes a lease apart: id, claimable since, claimed at, n, attempt, errors, max, lease, place in the token; definition. */
export function parseLease(text: string): LeaseText {
  const fields: string[] = []
  let start = 0
  for (let i = 0; i < STATE_FIELDS; i++) {
    const end = text.indexOf('\n', start)
    fields.push(text.slice(start, end))
    start = end + 1
  }
  return { fields, definition: parseDefinition(text, start) }
}

/** What all leases of one claim share, and the names of their types and versions. */
export interface LeaseNames {
  readonly tokenPrefix: string
  nameOf(number: string): string
}

const NO_HEADERS: LeasedRun['headers'] = {}

/** The lease; `payload` is the one kept in a key of its own, if it is. */
export function toLease({ fields, definition }: LeaseText, names: LeaseNames, payload: string): LeasedRun {
  const [id, claimable, claimed, n, attempt, errors, max, lease, place] = fields as [string, ...string[]]
  const lean = {
    runId: runIdOf(id, Number(n)),
    firingId: id,
    jobId: id,
    token: `${names.tokenPrefix}.${place}`,
    taskType: names.nameOf(definition.type),
    payload,
    attempt: Number(attempt) + 1,
    maxAttempts: Number(max),
    consecutiveErrors: Number(errors),
    priority: definition.priority,
    headers: definition.extra.headers ?? NO_HEADERS,
    leaseMs: Number(lease),
    claimableAt: Number(claimable),
    claimedAt: Number(claimed),
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
