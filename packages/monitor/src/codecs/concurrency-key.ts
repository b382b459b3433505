import type { ConcurrencyKey } from '@dureq/types'
import type { Members } from './wire-members.ts'

/** A concurrency key of a job on the wire. */
export interface ConcurrencyKeyWire {
  readonly key: string
  readonly max_concurrency?: number | undefined
}

/** How such a key is read. */
export const concurrencyKeyMembers: Members = {
  key: { name: 'key' },
  max_concurrency: { name: 'maxConcurrency' },
}

/** Writes the keys of a job, where it has any. */
export function encodeConcurrencyKeys(
  keys: readonly ConcurrencyKey[] | undefined,
): readonly ConcurrencyKeyWire[] | undefined {
  return keys?.map(({ key, maxConcurrency }) => ({ key, max_concurrency: maxConcurrency }))
}

/** Reads the keys of a request whose types have been checked; the client checks the values. */
export function decodeConcurrencyKeys(
  wire: readonly ConcurrencyKeyWire[] | undefined,
): readonly ConcurrencyKey[] | undefined {
  return wire?.map(({ key, max_concurrency: limit }) =>
    limit === undefined ? { key } : { key, maxConcurrency: limit },
  )
}
