import { ValidationError } from './errors/validation-error.ts'

/**
 * A moment as users write it: epoch milliseconds, a Date, or a timestamp with an offset (RFC 3339), such as
 * `'2026-03-11T09:00:00+09:00'` or `'2026-03-11T00:00:00Z'`. In everything dureq returns it is epoch milliseconds.
 */
export type Instant = number | Date | string

/**
 * The epoch milliseconds of a user-written moment. Digits below a millisecond are cut off.
 *
 * @param field how the error names the value.
 * @throws ValidationError when it is no moment: not whole milliseconds, an invalid date, a timestamp without an
 *   offset, or one that does not exist (30 February, 24:00, a leap second).
 */
export function parseInstant(value: Instant, field: string): number {
  const ms = typeof value === 'string' ? readTimestamp(value) : Number(value)
  if (ms === undefined)
    throw refuse(field, "must be a timestamp with an offset, such as '2026-03-11T09:00:00Z'")
  if (!Number.isInteger(ms) || Math.abs(ms) > maxInstantMs) {
    throw refuse(field, 'must be whole epoch milliseconds, a valid Date or a timestamp')
  }
  return ms
}

/** The last moment a Date can express, in the year 275760. */
const maxInstantMs = 8.64e15

const timestamp =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

function readTimestamp(text: string): number | undefined {
  const match = timestamp.exec(text)
  if (match === null) return undefined
  const part = (i: number): number => Number(match[i] ?? 0)
  const wallMs = wallClock(part(1), part(2), part(3)) + ((part(4) * 60 + part(5)) * 60 + part(6)) * 1_000
  const exists = part(4) < 24 && part(5) < 60 && part(6) < 60 && part(9) < 24 && part(10) < 60
  if (Number.isNaN(wallMs) || !exists) return undefined
  const offsetMs = (part(9) * 60 + part(10)) * 60_000 * (match[8] === '-' ? -1 : 1)
  return wallMs + Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)) - offsetMs
}

/** Midnight of a day, as if in UTC; NaN when the month has no such day. */
function wallClock(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day) // unlike Date.UTC, this takes years below 100 as they are
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : Number.NaN
}

function refuse(field: string, problem: string): ValidationError {
  return new ValidationError([{ field, problem }])
}
