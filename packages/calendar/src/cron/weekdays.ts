import { inOrder } from '../marks/listed.ts'
import type { Weekdays } from './expression.ts'
import { type FieldRule, type Report, readEntry, readNumber } from './values.ts'

const rule: FieldRule = {
  name: 'day of week',
  min: 0,
  max: 7, // Sunday as well as 0
  top: 6,
  names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
}

/** Reads the field of days of the week, in which `5L` is the last Friday of the month and `5#2` the second one. */
export function readWeekdays(text: string, report: Report): Weekdays {
  const days: number[] = []
  const last: number[] = []
  const nth: { weekday: number; nth: number }[] = []

  for (const entry of text.split(',')) {
    const [dayText = '', nthText, ...rest] = entry.split('#')
    if (nthText !== undefined) {
      const weekday = readNumber(dayText, rule, report)
      const isNth = /^[1-5]$/.test(nthText) && rest.length === 0
      if (!isNth) report(`day of week '${entry}' must end in #1 to #5`)
      else if (weekday !== undefined) nth.push({ weekday: weekday % 7, nth: Number(nthText) })
    } else if (entry.toUpperCase() === 'L') {
      report(`day of week 'L' must say which day, such as 5L`)
    } else if (/l$/i.test(entry)) {
      const weekday = readNumber(entry.slice(0, -1), rule, report)
      if (weekday !== undefined) last.push(weekday % 7)
    } else {
      days.push(...readEntry(entry, rule, report).map((day) => day % 7))
    }
  }
  return { isOpen: text === '*' || text === '?', days: inOrder(days), last: inOrder(last), nth }
}
