/** Seconds of a day on a clock that nobody changes. */
export const secondsPerDay = 86_400

const msPerDay = secondsPerDay * 1_000

// Days and months are counted from 1 January 1970; both may be negative.

/** The number of the first day of a month. */
export function firstDayOf(month: number): number {
  return Date.UTC(1970, month, 1) / msPerDay
}

/** The month a day lies in. */
export function monthOf(day: number): number {
  const date = new Date(day * msPerDay)
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
}

/** How many days a month has. */
export function lengthOf(month: number): number {
  return firstDayOf(month + 1) - firstDayOf(month)
}

/** The month of the year a month is: 0 (January) to 11. */
export function monthOfYear(month: number): number {
  return ((month % 12) + 12) % 12
}

/** The day of the week a day is: 0 (Sunday) to 6. */
export function weekdayOf(day: number): number {
  return (((day + daysSinceSunday) % 7) + 7) % 7
}

/** 1 January 1970 was a Thursday: the days of its week before it. */
export const daysSinceSunday = 4
