import { readDurationText } from './duration-text.ts'
import { ValidationError } from './errors/validation-error.ts'

/**
 * A length of time as users write it: a number of milliseconds, or a text such as `'1h30m'`, `'1.5s'`,
 * `'250ms'` or `'7d'`. Units are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`; several may follow each other.
 */
export type Duration = number | string

/** Ten years, in milliseconds: the longest duration accepted. It catches mistaken units, and keeps sums exact. */
export const maxDurationMs: number = 3653 * 24 * 3_600_000

/**
 * The length of a user-written duration in whole milliseconds.
 *
 * A fraction of a millisecond is rounded to the nearest one, but something never becomes nothing: `'10us'` is 1.
 *
 * @param field how the error names the value.
 * @throws ValidationError when it is negative, longer than ten years, not finite, or not a duration at all.
 */
export function parseDuration(value: Duration, field: string = 'duration'): number {
  const ms = typeof value === 'number' ? value : readText(value, field)
  if (!Number.isFinite(ms)) throw refuse(field, 'must be a finite number of milliseconds')
  if (ms < 0) throw refuse(field, 'must not be negative')
  if (ms > maxDurationMs) throw refuse(field, 'must not be longer than ten years', maxDurationMs)
  return ms > 0 ? Math.max(1, Math.round(ms)) : 0
}

/**
 * A duration in the shortest words `parseDuration` reads back as the same milliseconds: `1d2h3m4s5ms`.
 *
 * @param ms whole milliseconds, 0 or more.
 */
export function formatDuration(ms: number): string {
  let rest = ms
  let text = ''
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length)
    if (count > 0) text += count + unit
    rest -= count * length
  }
  return text === '' ? '0s' : text
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
]

function readText(text: unknown, field: string): number {
  const ms = typeof text === 'string' ? readDurationText(text) : undefined
  if (ms === undefined)
    throw refuse(field, "must be milliseconds or a text such as '1h30m', '1.5s' or '250ms'")
  return ms
}

function refuse(field: string, problem: string, limit?: number): ValidationError {
  return new ValidationError([limit === undefined ? { field, problem } : { field, problem, limit }])
}
