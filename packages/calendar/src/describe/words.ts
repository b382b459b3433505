/** `a`, `a and b`, `a, b and c`. */
export function join(words: readonly string[], last: string = 'and'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

/** `every day` for 1, `every 3 days` for 3. */
export function everyFew(count: number, unit: string): string {
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`
}

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(number: number): string {
  const isTeen = Math.floor(number / 10) % 10 === 1
  const ending = isTeen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10]
  return `${number}${ending ?? 'th'}`
}

/** The names of ascending numbers; three or more that follow each other become `a to c`. */
export function runs(numbers: readonly number[], nameOf: (number: number) => string): readonly string[] {
  const words: string[] = []
  for (let i = 0; i < numbers.length; ) {
    let end = i
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) end += 1
    const names = numbers.slice(i, end + 1).map(nameOf)
    words.push(...(names.length < 3 ? names : [`${names[0]} to ${names.at(-1)}`]))
    i = end + 1
  }
  return words
}

/** `09:00`, or `09:00:30` where there are seconds. */
export function clockTime(hour: number, minute: number, second: number = 0): string {
  const parts = second === 0 ? [hour, minute] : [hour, minute, second]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

/** A moment in UTC: `2026-03-11 09:00 UTC`, with seconds and fractions where there are any. */
export function moment(at: number): string {
  const [date, time = ''] = new Date(at).toISOString().slice(0, -1).split('T')
  return `${date} ${time.replace(/(:00)?\.000$/, '')} UTC`
}

const units: readonly (readonly [name: string, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
]

/** A length of time: `1 hour 30 minutes`. */
export function length(ms: number): string {
  let rest = ms
  const parts = units.flatMap(([name, unitMs]) => {
    const count = Math.floor(rest / unitMs)
    rest -= count * unitMs
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`]
  })
  return parts.length === 0 ? '0 seconds' : parts.join(' ')
}

/** The names of the days of the week, from Sunday. */
export const weekdayNames: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
]

/** The names of the months, from January. */
export const monthNames: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
