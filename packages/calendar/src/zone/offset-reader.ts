/** Reads how far the clocks of a zone are ahead of UTC at a moment; both in seconds. */
export type OffsetReader = (at: number) => number

/**
 * The reader for an IANA name, in any case; undefined when this machine knows no such zone. Bare offsets such as
 * `+02:00`, which newer versions of Node take for zones, are none.
 */
export function openOffsetReader(name: string): OffsetReader | undefined {
  if (!/^[a-z]/i.test(name)) return undefined
  const format = openFormat(name)
  return format && ((at) => parseOffset(format.format(at * 1_000)))
}

/** Whether two names this machine knows stand for one zone, such as `Asia/Calcutta` and `Asia/Kolkata`. */
export function isSameZone(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => openFormat(name)?.resolvedOptions().timeZone)
  return a !== undefined && a === b
}

function openFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The seconds of a text that ends in `GMT`, `GMT+05:30` or `GMT-00:44:30`. */
function parseOffset(text: string): number {
  const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text)
  const part = (i: number): number => Number(match?.[i] ?? 0)
  const ahead = part(2) * 3_600 + part(3) * 60 + part(4)
  return match?.[1] === '-' ? -ahead : ahead
}
