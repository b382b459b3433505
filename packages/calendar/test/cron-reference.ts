import type { DstPolicy } from '@dureq/types'
import type { ClockChange } from './clock-changes.ts'

const minute = 60_000

const names: Readonly<Record<string, number>> = {
  sun: 0,
  mon: 1,
  tue: 2,
  wed: 3,
  thu: 4,
  fri: 5,
  sat: 6,
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
}

/**
 * The minutes from `from` up to `to` at which an expression of five fields fires around one change of the clocks,
 * found the slow way: every minute is asked what the clocks show, and whether that matches.
 */
export function cronFirings(
  expression: string,
  policy: Required<DstPolicy>,
  change: ClockChange,
  [from, to]: readonly [number, number],
): number[] {
  const hourField = expression.split(' ')[1] ?? ''
  const isGoverned = !/[*?/]/.test(hourField)
  const matches = matcherOf(expression)
  const shown = new Map<number, number[]>()
  const found: number[] = []
  for (let at = from; at <= to; at += minute) {
    const wall = at + (at < change.at ? change.before : change.after)
    if (!matches(wall)) continue
    shown.set(wall, [...(shown.get(wall) ?? []), at])
  }
  for (const moments of shown.values()) {
    const all = !isGoverned || policy.overlap === 'both'
    found.push(...(all ? moments : policy.overlap === 'first' ? moments.slice(0, 1) : moments.slice(-1)))
  }
  if (isGoverned && policy.gap === 'shift') {
    for (let wall = change.at + change.before; wall < change.at + change.after; wall += minute)
      if (matches(wall)) found.push(change.at)
  }
  return [...new Set(found)].sort((a, b) => a - b)
}

/** Says whether a wall-clock time, given as if it were UTC, matches five fields. */
export function matcherOf(expression: string): (wall: number) => boolean {
  const [minutes = '', hours = '', dates = '', months = '', weekdays = ''] = expression.split(' ')
  const numbers = Array.from({ length: 60 }, (_, i) => i)
  const minutesIn = numbers.map((each) => contains(minutes, each, 59))
  const hoursIn = numbers.map((each) => contains(hours, each, 23))
  return (wall) => {
    const time = new Date(wall)
    return (
      minutesIn[time.getUTCMinutes()] === true &&
      hoursIn[time.getUTCHours()] === true &&
      contains(months, time.getUTCMonth() + 1, 12) &&
      matchesDay(dates, weekdays, time)
    )
  }
}

function matchesDay(dates: string, weekdays: string, time: Date): boolean {
  const byDate = dates.split(',').some((entry) => matchesDate(entry, time))
  const byWeekday = weekdays.split(',').some((entry) => matchesWeekday(entry, time))
  if (isOpen(dates) || isOpen(weekdays)) return byDate && byWeekday
  return byDate || byWeekday
}

function matchesDate(entry: string, time: Date): boolean {
  return entry === 'L' ? isLastWeek(time, 1) : contains(entry, time.getUTCDate(), 31)
}

function matchesWeekday(entry: string, time: Date): boolean {
  const weekday = time.getUTCDay()
  const [name = '', nth] = entry.split('#')
  if (nth !== undefined)
    return numberOf(name) % 7 === weekday && Math.ceil(time.getUTCDate() / 7) === Number(nth)
  if (entry.endsWith('L')) return numberOf(entry.slice(0, -1)) % 7 === weekday && isLastWeek(time, 7)
  return contains(entry, weekday, 6) || (weekday === 0 && contains(entry, 7, 6))
}

/** Whether the month has no day that is so many days later. */
function isLastWeek(time: Date, days: number): boolean {
  return new Date(time.getTime() + days * 1_440 * minute).getUTCMonth() !== time.getUTCMonth()
}

function isOpen(field: string): boolean {
  return field === '*' || field === '?'
}

function contains(field: string, value: number, max: number): boolean {
  return field.split(',').some((entry) => {
    const [range = '', step] = entry.split('/')
    if (isOpen(range)) return (value - (max === 31 || max === 12 ? 1 : 0)) % Number(step ?? 1) === 0
    const [from = '', to] = range.split('-')
    const first = numberOf(from)
    const last = to === undefined ? (step === undefined ? first : max) : numberOf(to)
    return value >= first && value <= last && (value - first) % Number(step ?? 1) === 0
  })
}

function numberOf(text: string): number {
  return names[text.toLowerCase()] ?? Number(text)
}
