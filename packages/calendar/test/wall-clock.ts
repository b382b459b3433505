const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * What the clocks of a zone show at a moment, as if it were UTC: epoch milliseconds of the date and time on the wall.
 * It asks Intl for the digits on the clock, where the code under test asks for offsets.
 */
export function wallOf(timeZone: string, at: number): number {
  const digits = formatOf(timeZone).format(at).match(/\d+/g)?.map(Number) ?? []
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = digits
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timeZone, format)
  return format
}
