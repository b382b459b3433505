import { readDurationText } from './duration-text.ts'
import { ValidationError } from './errors/validation-error.ts'

/**
 * Milliseconds of a duration as Go writes it, the form durations have on the wire: `1h0m0s`, `1.5ms`, `-3s`, a
 * bare `0`. The result may have a fraction, for microseconds and nanoseconds.
 *
 * @param field how the error names the value.
 * @throws ValidationError when the text is not a Go duration; days are none.
 */
export function parseGoDuration(text: string, field: string = 'duration'): number {
  const sign = text.startsWith('-') ? -1 : 1
  const unsigned = text.replace(/^[+-]/, '')
  const ms = unsigned.includes('d') ? undefined : readDurationText(unsigned)
  if (ms === undefined) {
    throw new ValidationError([{ field, problem: "must be a duration such as '1h30m0s' or '250ms'" }])
  }
  return ms === 0 ? 0 : sign * ms
}

/**
 * Writes milliseconds as Go does: hours, minutes and seconds from one second up (`1h0m0s`, `1.5s`), below it the
 * one largest unit (`1.5ms`, `20µs`, `7ns`), zero as `0s`. Exact to the nanosecond.
 */
export function formatGoDuration(ms: number): string {
  const sign = ms < 0 ? '-' : ''
  const { wholeMs, ns } = split(Math.abs(ms))
  if (wholeMs >= 1_000) return sign + hoursMinutesSeconds(wholeMs, ns)
  if (wholeMs > 0) return `${sign}${decimal(wholeMs, ns, 6)}ms`
  if (ns >= 1_000) return `${sign}${decimal(Math.floor(ns / 1_000), ns % 1_000, 3)}\u00b5s`
  return ns > 0 ? `${sign}${ns}ns` : '0s'
}

/** Whole milliseconds, and the nanoseconds (0 to 999,999) beyond them. */
function split(ms: number): { wholeMs: number; ns: number } {
  const wholeMs = Math.floor(ms)
  const ns = Math.round((ms - wholeMs) * 1e6)
  return ns === 1e6 ? { wholeMs: wholeMs + 1, ns: 0 } : { wholeMs, ns }
}

function hoursMinutesSeconds(wholeMs: number, ns: number): string {
  const hours = Math.floor(wholeMs / 3_600_000)
  const minutes = Math.floor(wholeMs / 60_000) % 60
  const seconds = Math.floor(wholeMs / 1_000) % 60
  const text = `${decimal(seconds, (wholeMs % 1_000) * 1e6 + ns, 9)}s`
  if (hours > 0) return `${hours}h${minutes}m${text}`
  return minutes > 0 ? `${minutes}m${text}` : text
}

/** A number with `width` decimals, of which trailing zeros are left out. */
function decimal(whole: number, fraction: number, width: number): string {
  if (fraction === 0) return String(whole)
  return `${whole}.${String(fraction).padStart(width, '0').replace(/0+$/, '')}`
}
