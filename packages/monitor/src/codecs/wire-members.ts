import { checkKnown, type Faults, isPlainObject, parseGoDuration } from '@dureq/types'
import { decodeRetryPolicy, type RetryPolicyWire } from './retry-policy.ts'

/** Our name of a member, and how its value is read. */
interface Member {
  readonly name: string
  readonly read?: (value: unknown, field: string, faults: Faults) => unknown
}

/** The members of an object on the wire, by their names there. */
export type Members = Readonly<Record<string, Member>>

/**
 * Of an object the members it has, under our names, but for those that say nothing; anything else is left for the client to refuse. A member the wire does not
 * have is a fault.
 */
export function readMembers(
  value: unknown,
  field: string,
  { members, faults }: { readonly members: Members; readonly faults: Faults },
): unknown {
  if (!isPlainObject(value)) return value
  checkKnown(value, Object.keys(members), inside(field, ''), faults)
  const known = Object.entries(members).filter(([name]) => Object.hasOwn(value, name))
  const values = known.map(([name, { name: ours, read }]) => {
    const given = value[name]
    return [ours, read === undefined ? given : read(given, inside(field, name), faults)] as const
  })
  return Object.fromEntries(values.filter(([, each]) => each !== undefined))
}

/** Reads a value, adding what the wire forbids in it. */
export type Read = NonNullable<Member['read']>

/** Reads an object. */
export const objectOf: (members: () => Members) => Read = (members) => (value, field, faults) =>
  readMembers(value, field, { members: members(), faults })

/** Reads each of a list. */
export const listOf: (read: Read) => Read = (read) => (value, field, faults) =>
  Array.isArray(value) ? value.map((each, i): unknown => read(each, `${field}[${i}]`, faults)) : value

function inside(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`
}

/** A Go duration; a number would be one of nobody knows what. */
export function readLength(value: unknown, field: string, faults: Faults): number | undefined {
  if (typeof value === 'string') return faults.attempt(() => parseGoDuration(value, field))
  faults.add(field, "must be a duration such as '1h30m0s' or '250ms'")
  return undefined
}

const policyMembers = ['initial_delay', 'max_delay', 'pause_retry_delay'] as const

/** A retry policy; its lengths of time are whole nanoseconds. */
export function readPolicy(value: unknown, field: string, faults: Faults): unknown {
  if (!isPlainObject(value)) return value
  checkKnown(value, policyFields, `${field}.`, faults)
  const policy: Record<string, unknown> = { ...value }
  for (const name of policyMembers) {
    if (policy[name] === undefined || Number.isInteger(policy[name])) continue
    faults.add(`${field}.${name}`, 'must be a whole number of nanoseconds')
    delete policy[name]
  }
  const decoded = Object.entries(decodeRetryPolicy(policy as RetryPolicyWire))
  return Object.fromEntries(decoded.filter(([, member]) => member !== undefined))
}

const policyFields = [
  'max_attempts',
  ...policyMembers,
  'multiplier',
  'jitter',
  'non_retryable_errors',
  'pause_after_err_count',
]
