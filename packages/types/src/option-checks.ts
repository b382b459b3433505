import { type Duration, maxDurationMs, parseDuration } from './duration.ts'
import type { Faults } from './faults.ts'
import { parseInstant } from './instant.ts'

/** Whether a value is an object with named members, and nothing else. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** Adds a fault for every member that is not on the list. */
export function checkKnown(value: object, names: readonly string[], prefix: string, faults: Faults): void {
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) faults.add(prefix + name, `is unknown; there are ${names.join(', ')}`)
  }
}

/** The milliseconds of a duration, where one is given. */
export function readDuration(value: Duration | undefined, field: string, faults: Faults): number | undefined {
  return value === undefined ? undefined : faults.attempt(() => parseDuration(value, field))
}

/** The epoch milliseconds of a moment from 1970 to ten years after `now`; `Infinity` as `now` sets no end. */
export function readMoment(value: unknown, field: string, now: number, faults: Faults): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof Date)) {
    faults.add(field, 'must be epoch milliseconds, a Date or a timestamp')
    return undefined
  }
  const ms = faults.attempt(() => parseInstant(value, field))
  if (ms !== undefined && ms < 0) faults.add(field, 'must not be before 1970')
  if (ms !== undefined && ms - now > maxDurationMs) faults.add(field, 'must not be more than ten years ahead')
  return ms
}
