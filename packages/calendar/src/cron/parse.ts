import { type Faults, parseDuration } from '@dureq/types'
import { findZone } from '../zone/find-zone.ts'
import { readDaysOfMonth } from './days-of-month.ts'
import type { CronEvery, CronExpression, CronFields, CronHourly } from './expression.ts'
import { type FieldRule, type Report, readValues } from './values.ts'
import { readWeekdays } from './weekdays.ts'

/** The longest expression that is read. Sixty numbers in each field are shorter. */
export const maxCronLength = 1_000

/** `@every` is not shorter. */
const minEveryMs = 1_000

/** The expressions that descriptors stand for. */
const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
}

const seconds: FieldRule = { name: 'second', min: 0, max: 59 }
const minutes: FieldRule = { name: 'minute', min: 0, max: 59 }
const hours: FieldRule = { name: 'hour', min: 0, max: 23 }
const months: FieldRule = {
  name: 'month',
  min: 1,
  max: 12,
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  firstName: 1,
}

/**
 * Reads a cron expression, adding a fault for everything wrong; what it returns is good only if none was added.
 *
 * Five fields (minute, hour, day of month, month, day of week), six with seconds in front, or a descriptor
 * (`@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily`, `@midnight`, `@hourly`, `@every <duration>`); `TZ=<zone>`
 * or `CRON_TZ=<zone>` may stand before it. A field is a list of `*`, `?`, numbers, ranges, and both with steps; months
 * and weekdays have names of three letters. `L` is the last day of the month, `5L` its last Friday, `5#2` its second.
 * When days of the month and of the week are both restricted, either may match.
 *
 * @param field how faults name the expression.
 */
export function parseCron(text: string, field: string, faults: Faults): CronExpression {
  const { zone, expression } = splitZone(text.trim())
  const named = zone === undefined ? {} : { zone }
  if (zone !== undefined && findZone(zone) === undefined)
    faults.add(field, `names the time zone '${zone}', which is unknown`)
  if (!expression.startsWith('@'))
    return { ...named, ...readFields(expression, (problem) => faults.add(field, problem)) }
  return { ...named, ...readDescriptor(expression, field, faults) }
}

function splitZone(text: string): { readonly zone?: string; readonly expression: string } {
  const [, zone, expression] = /^(?:CRON_)?TZ=(\S*)(?:\s+(.*))?$/s.exec(text) ?? []
  return zone === undefined ? { expression: text } : { zone, expression: expression ?? '' }
}

function readDescriptor(text: string, field: string, faults: Faults): CronFields | CronEvery | CronHourly {
  const [name = '', ...rest] = text.split(/\s+/)
  if (name === '@every') return readEvery(rest.join(' '), field, faults)
  const expression = descriptors[name]
  if (rest.length > 0) faults.add(field, `must have nothing after ${name}`)
  if (name === '@hourly') return { kind: 'hourly' }
  if (expression === undefined)
    faults.add(
      field,
      `must be one of ${Object.keys(descriptors).join(', ')}, @hourly and @every, not ${name}`,
    )
  return readFields(expression ?? '* * * * *', () => {})
}

function readEvery(text: string, field: string, faults: Faults): CronEvery {
  const everyMs = faults.attempt(() => parseDuration(text, field))
  if (everyMs !== undefined && everyMs < minEveryMs)
    faults.add(field, 'must not be more often than @every 1s', minEveryMs)
  return { kind: 'every', everyMs: everyMs ?? minEveryMs }
}

function readFields(text: string, report: Report): CronFields {
  const fields = text === '' ? [] : text.split(/\s+/)
  if (fields.length !== 5 && fields.length !== 6)
    report(`must have 5 fields, or 6 with seconds in front, or begin with @; it has ${fields.length}`)
  const [second = '0', minute = '*', hour = '*', dayOfMonth = '*', month = '*', weekday = '*'] =
    fields.length === 5 ? ['0', ...fields] : fields
  return {
    kind: 'fields',
    seconds: readValues(second, seconds, report),
    minutes: readValues(minute, minutes, report),
    hours: readValues(hour, hours, report),
    hasFixedHours: !/[*?/]/.test(hour),
    daysOfMonth: readDaysOfMonth(dayOfMonth, report),
    months: readValues(month, months, report).map((each) => each - 1),
    weekdays: readWeekdays(weekday, report),
  }
}
