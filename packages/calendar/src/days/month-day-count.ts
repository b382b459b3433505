import { firstDayOf, lengthOf, monthOf, monthOfYear } from '../civil.ts'

/** Days of the month (ascending, 1-31) in every so many months. */
interface MonthDays {
  readonly days: readonly number[]
  /** The number of one of the months. */
  readonly anchorMonth: number
  readonly every: number
}

/** The lengths of the months of a year that is no leap year. */
const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** February 2100: the one month of the horizon that is short although its year can be divided by four. */
const shortFebruary = (2100 - 1970) * 12 + 1

/**
 * How many days lie from the day `from` on and before the day `to`.
 *
 * Months repeat their lengths every four years, but for one. So what the months of one round of the interval and of
 * the four years have together is added up once, and rounds are multiplied.
 */
export function countMonthDays(monthDays: MonthDays, from: number, to: number): number {
  const sums = sumsOfRound(monthDays)
  const tooMany = passesShortFebruary(monthDays, from, to) ? 1 : 0
  return countBefore(monthDays, sums, to) - countBefore(monthDays, sums, from) - tooMany
}

/** The months of one round; sums[i] is what its first i months have. */
function sumsOfRound({ days, anchorMonth, every }: MonthDays): readonly number[] {
  const sums = [0]
  for (let i = 0; i === 0 || (i * every) % 48 !== 0; i += 1) {
    const length = lengthInFourYears(anchorMonth + i * every)
    sums.push((sums[i] ?? 0) + countUpTo(days, length))
  }
  return sums
}

/** How many days lie before the day `at`, counted from the anchor's month; negative before that. */
function countBefore({ days, anchorMonth, every }: MonthDays, sums: readonly number[], at: number): number {
  const month = monthOf(at)
  const perRound = sums.length - 1
  const index = Math.ceil((month - anchorMonth) / every)
  const round = Math.floor(index / perRound)
  const whole = round * (sums[perRound] ?? 0) + (sums[index - round * perRound] ?? 0)

  const isCounted = anchorMonth + index * every === month
  const passed = Math.min(at - firstDayOf(month), lengthOf(month))
  return isCounted ? whole + countUpTo(days, passed) : whole
}

function passesShortFebruary({ days, anchorMonth, every }: MonthDays, from: number, to: number): boolean {
  const isCounted = (shortFebruary - anchorMonth) % every === 0 && days.includes(29)
  return isCounted && monthOf(from) <= shortFebruary && monthOf(to) > shortFebruary
}

function lengthInFourYears(month: number): number {
  const monthInYear = monthOfYear(month)
  const isLeapFebruary = monthInYear === 1 && (1970 + Math.floor(month / 12)) % 4 === 0
  return isLeapFebruary ? 29 : (lengths[monthInYear] ?? 0)
}

function countUpTo(days: readonly number[], limit: number): number {
  return days.filter((day) => day <= limit).length
}
