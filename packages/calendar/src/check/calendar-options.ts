import { type AtTime, checkInteger, checkKnown, isPlainObject, type NumberRange, present } from '@dureq/types'
import type { Checking } from './checking.ts'

/** Days, weeks or months between two that count. */
const intervals: NumberRange = { min: 1, max: 1_000 }

/** The most times of day: one a minute. */
const maxAtTimes = 1_440

/** Every so many days, weeks or months; good only if no fault was added. */
export function readRegularInterval({ given, prefix, faults }: Checking): number {
  checkInteger(given['regularInterval'], intervals, `${prefix}regularInterval`, faults)
  return given['regularInterval'] as number
}

/** The times of day; good only if no fault was added. */
export function readAtTimes(checking: Checking): readonly AtTime[] {
  const times = readList(checking, 'atTimes', maxAtTimes)
  return times.flatMap((time, i) => readAtTime(time, `${checking.prefix}atTimes[${i}]`, checking) ?? [])
}

/** The days of the week or the month; good only if no fault was added. */
export function readIncludedDays(checking: Checking, range: NumberRange): readonly number[] {
  const days = readList(checking, 'includedDays', range.max - range.min + 1)
  const field = `${checking.prefix}includedDays`
  days.forEach((day, i) => checkInteger(day, range, `${field}[${i}]`, checking.faults))
  return days as readonly number[]
}

function readAtTime(time: unknown, field: string, { faults }: Checking): AtTime | undefined {
  if (!isPlainObject(time)) {
    faults.add(field, 'must be an object with hour and minute')
    return undefined
  }
  const { hour, minute, second } = time
  checkKnown(time, ['hour', 'minute', 'second'], `${field}.`, faults)
  checkInteger(hour, { min: 0, max: 23 }, `${field}.hour`, faults)
  checkInteger(minute, { min: 0, max: 59 }, `${field}.minute`, faults)
  if (second !== undefined) checkInteger(second, { min: 0, max: 59 }, `${field}.second`, faults)
  return present({ hour, minute, second }) as AtTime
}

/** The list, or its beginning where it is too long: that is one fault, not thousands. */
function readList({ given, prefix, faults }: Checking, name: string, max: number): readonly unknown[] {
  const list = given[name]
  if (!Array.isArray(list) || list.length === 0) {
    faults.add(prefix + name, 'must be a list with one entry at least')
    return []
  }
  if (list.length > max) faults.add(prefix + name, `must not have more than ${max} entries`, max)
  return list.slice(0, max)
}
