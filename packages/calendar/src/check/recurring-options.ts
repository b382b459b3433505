import {
  checkInteger,
  checkKnown,
  type DstPolicy,
  dstOverlapPolicies,
  gapPolicies,
  isPlainObject,
  type NumberRange,
  overlapPolicies,
  present,
  type RecurringOptions,
  readDuration,
  readMoment,
} from '@dureq/types'
import { findZone } from '../zone/find-zone.ts'
import type { Checking } from './checking.ts'
import { readOneOf } from './one-of.ts'

/** The most firings a schedule may hold back. */
const bufferLimits: NumberRange = { min: 1, max: 10_000 }

/** The most missed firings that may be created in one round. */
const backfillLimits: NumberRange = { min: 1, max: 1_000 }

/** The members only recurring schedules have. */
export const recurringOptionNames = [
  'startsAt',
  'endsAt',
  'overlapPolicy',
  'bufferLimit',
  'catchupWindow',
  'maxBackfillPerTick',
  'jitter',
  'dstPolicy',
] as const

/** What all recurring schedules have; good only if no fault was added. */
export function readRecurringOptions(checking: Checking): RecurringOptions<number, number> {
  const { given, prefix, faults } = checking
  return present({
    ...readWindow(checking),
    timezone: readTimezone(checking),
    overlapPolicy: readOneOf(given['overlapPolicy'], overlapPolicies, `${prefix}overlapPolicy`, faults),
    bufferLimit: readInteger(checking, 'bufferLimit', bufferLimits),
    catchupWindow: readLength(checking, 'catchupWindow'),
    maxBackfillPerTick: readInteger(checking, 'maxBackfillPerTick', backfillLimits),
    jitter: readLength(checking, 'jitter'),
    dstPolicy: readDstPolicy(checking),
  })
}

interface Window {
  readonly startsAt: number | undefined
  readonly endsAt: number | undefined
}

function readWindow({ given, prefix, now, faults }: Checking): Window {
  const start = given['startsAt']
  const end = given['endsAt']
  const startsAt = start === undefined ? undefined : readMoment(start, `${prefix}startsAt`, now, faults)
  // However far ahead: it may be meant as never.
  const endsAt = end === undefined ? undefined : readMoment(end, `${prefix}endsAt`, Infinity, faults)
  if (endsAt !== undefined && endsAt < now) faults.add(`${prefix}endsAt`, 'must not be in the past')
  if (startsAt !== undefined && endsAt !== undefined && endsAt < startsAt)
    faults.add(`${prefix}endsAt`, 'must not be before startsAt')
  return { startsAt, endsAt }
}

/** An empty name is none, as in the Go vocabulary. */
function readTimezone({ given, prefix, faults }: Checking): string | undefined {
  const name = given['timezone']
  if (name === undefined || name === '') return undefined
  if (typeof name === 'string' && findZone(name) !== undefined) return name
  faults.add(`${prefix}timezone`, 'must be the IANA name of a time zone, such as Asia/Tokyo')
  return undefined
}

function readDstPolicy({ given, prefix, faults }: Checking): DstPolicy | undefined {
  const policy = given['dstPolicy']
  if (policy === undefined) return undefined
  const field = `${prefix}dstPolicy`
  if (!isPlainObject(policy)) {
    faults.add(field, 'must be an object with gap, overlap or both')
    return undefined
  }
  checkKnown(policy, ['gap', 'overlap'], `${field}.`, faults)
  return present({
    gap: readOneOf(policy['gap'], gapPolicies, `${field}.gap`, faults),
    overlap: readOneOf(policy['overlap'], dstOverlapPolicies, `${field}.overlap`, faults),
  })
}

function readLength(
  { given, prefix, faults }: Checking,
  name: 'catchupWindow' | 'jitter',
): number | undefined {
  return readDuration(given[name] as number | string | undefined, prefix + name, faults)
}

function readInteger(
  { given, prefix, faults }: Checking,
  name: 'bufferLimit' | 'maxBackfillPerTick',
  range: NumberRange,
): number | undefined {
  const value = given[name]
  if (value === undefined) return undefined
  checkInteger(value, range, prefix + name, faults)
  return value as number
}
