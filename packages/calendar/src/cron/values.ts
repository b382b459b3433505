import { inOrder } from '../marks/listed.ts'

/** What the numbers of a field may be. */
export interface FieldRule {
  /** What the field is called in problems. */
  readonly name: string
  readonly min: number
  /** The greatest number that may be written. */
  readonly max: number
  /** The greatest one that `*` and an open step such as `10/5` reach. Default: `max`. */
  readonly top?: number
  /** The words that may stand for `firstName` and the numbers after it, in any case. */
  readonly names?: readonly string[]
  readonly firstName?: number
}

/** Told about everything that is wrong. */
export type Report = (problem: string) => void

/** The numbers one entry of a list stands for: `*`, `?`, `5`, `1-5`, `*` with a step, `1-5/2` or `10/5`. */
export function readEntry(entry: string, rule: FieldRule, report: Report): readonly number[] {
  const [range = '', stepText, ...rest] = entry.split('/')
  if (rest.length > 0) report(`${rule.name} '${entry}' has more than one step`)
  const ends = readRange(range, stepText !== undefined, rule, report)
  if (ends === undefined) return []
  const step = stepText === undefined ? 1 : readStep(stepText, ends, rule, report)
  if (step === undefined) return []
  const [from, to] = ends
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step)
}

/** The numbers a comma-separated list stands for, ascending. */
export function readValues(text: string, rule: FieldRule, report: Report): readonly number[] {
  return inOrder(text.split(',').flatMap((entry) => readEntry(entry, rule, report)))
}

/** One number, or the word for it; undefined after a report. */
export function readNumber(text: string, rule: FieldRule, report: Report): number | undefined {
  const name = rule.names?.indexOf(text.toLowerCase()) ?? -1
  if (name !== -1) return name + (rule.firstName ?? 0)
  const { min, max } = rule
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  const words = rule.names === undefined ? '' : ` or ${rule.names[0]}-${rule.names.at(-1)}`
  report(`${rule.name} '${text}' must be ${min}-${max}${words}`)
  return undefined
}

type Ends = readonly [from: number, to: number]

function readRange(text: string, hasStep: boolean, rule: FieldRule, report: Report): Ends | undefined {
  const top = rule.top ?? rule.max
  if (text === '*' || text === '?') return [rule.min, top]
  const [fromText = '', toText, ...rest] = text.split('-')
  if (rest.length > 0) report(`${rule.name} '${text}' is no range`)
  const from = readNumber(fromText, rule, report)
  if (from === undefined) return undefined
  if (toText === undefined) return [from, hasStep ? Math.max(top, from) : from]
  const to = readNumber(toText, rule, report)
  if (to === undefined) return undefined
  if (to >= from) return [from, to]
  report(`${rule.name} '${text}' must not run backwards: write it as a list`)
  return undefined
}

function readStep(text: string, [from, to]: Ends, rule: FieldRule, report: Report): number | undefined {
  // No greater than the greatest number, and no longer than the range: such a step is never taken.
  const most = Math.min(rule.max, to - from + 1)
  const step = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  if (step >= 1 && step <= most) return step
  report(`${rule.name} step '${text}' must be 1-${most}`)
  return undefined
}
