import { inOrder } from '../marks/listed.ts'
import type { DaysOfMonth } from './expression.ts'
import { type FieldRule, type Report, readEntry } from './values.ts'

const rule: FieldRule = { name: 'day of month', min: 1, max: 31 }

/** Reads the field of days of the month, in which `L` is the last one. */
export function readDaysOfMonth(text: string, report: Report): DaysOfMonth {
  const entries = text.split(',')
  const refused = entries.filter((entry) => /^l-|w/i.test(entry))
  for (const entry of refused)
    report(`day of month '${entry}' is not supported: of the letters, only L alone is`)
  const plain = entries.filter((entry) => !isLast(entry) && !refused.includes(entry))
  return {
    isOpen: text === '*' || text === '?',
    days: inOrder(plain.flatMap((entry) => readEntry(entry, rule, report))),
    hasLast: entries.some(isLast),
  }
}

function isLast(entry: string): boolean {
  return entry.toUpperCase() === 'L'
}
