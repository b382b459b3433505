/** Nanoseconds per unit: Go's units, and days. `µs` may be written with either micro sign. */
const nanoseconds: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
])

/** Go keeps durations in 64 bits; no more is readable, and the digits of one number stay bounded. */
const maxNanoseconds = 2n ** 63n - 1n

const maxDigits = 30

/** One number with its unit; a number needs a digit on one side of its point at least. */
const part = /(\d*)(?:\.(\d*))?([a-z\u00b5\u03bc]+)/uy

/**
 * Milliseconds of an unsigned duration text (`1h30m`, `.5s`, `250ms`), exact to the nanosecond; undefined when
 * it is none, or longer than 2^63 - 1 nanoseconds (292 years).
 */
export function readDurationText(text: string): number | undefined {
  if (text === '0') return 0
  let total = 0n
  part.lastIndex = 0
  while (part.lastIndex < text.length || text === '') {
    const match = part.exec(text)
    const length = match === null ? undefined : nanosecondsOf(match[1] ?? '', match[2] ?? '', match[3] ?? '')
    if (length === undefined) return undefined
    total += length
  }
  return total > maxNanoseconds ? undefined : Number(total / 1_000_000n) + Number(total % 1_000_000n) / 1e6
}

/** Digits below a nanosecond are cut off. */
function nanosecondsOf(whole: string, fraction: string, unit: string): bigint | undefined {
  const length = nanoseconds.get(unit)
  const digits = whole + fraction
  if (length === undefined || digits === '' || digits.length > maxDigits) return undefined
  return (BigInt(digits) * length) / 10n ** BigInt(fraction.length)
}
