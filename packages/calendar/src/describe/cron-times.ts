import type { CronFields } from '../cron/expression.ts'
import { clockTime, everyFew, join, ordinal, runs } from './words.ts'

/** The most times of day that are named one by one. */
const maxNamed = 6

/** The times of day of an expression: `at 09:00 and 17:30`, `every 15 minutes`, `at minute 5 of every hour`. */
export function cronTimes({ hours, minutes, seconds }: CronFields): string {
  if (hours.length * minutes.length * seconds.length <= maxNamed) {
    const times = hours.flatMap((hour) =>
      minutes.flatMap((minute) => seconds.map((second) => clockTime(hour, minute, second))),
    )
    return `at ${join(times)}`
  }
  return phrases([
    { unit: 'second', values: seconds, size: 60 },
    { unit: 'minute', values: minutes, size: 60 },
    { unit: 'hour', values: hours, size: 24 },
  ])
}

interface Part {
  readonly unit: string
  readonly values: readonly number[]
  /** How many values there could be. */
  readonly size: number
}

/** The parts from the smallest up, without those that say nothing. */
function phrases(parts: readonly Part[]): string {
  const said = withoutSilent(parts)
  const [smallest, ...larger] = said
  if (smallest === undefined) return ''
  const step = stepOf(smallest)
  const own = step === undefined ? `at ${names(smallest)}` : everyFew(step, smallest.unit)
  return [own, ...larger.map(within)].join(' of ')
}

/** `0` alone says nothing before `every 2 hours`, and `every hour` nothing after `every 15 minutes`. */
function withoutSilent(parts: readonly Part[]): readonly Part[] {
  const said = [...parts]
  if (isZero(said[0])) said.shift()
  if (isZero(said[0]) && stepOf(said[1]) !== undefined) said.shift()
  while (stepOf(said.at(-1)) === 1 && stepOf(said.at(-2)) !== undefined) said.pop()
  return said
}

function isZero(part: Part | undefined): boolean {
  return part?.values.length === 1 && part.values[0] === 0
}

/** How far apart the values are, where they divide the whole evenly from 0 on. */
function stepOf(part: Part | undefined): number | undefined {
  if (part === undefined || part.values.length < 2) return undefined
  const step = part.size / part.values.length
  return part.values.every((value, i) => value === i * step) ? step : undefined
}

function within(part: Part): string {
  const step = stepOf(part)
  if (step === undefined) return names(part)
  return step === 1 ? `every ${part.unit}` : `every ${ordinal(step)} ${part.unit}`
}

function names({ unit, values }: Part): string {
  return `${unit}${values.length === 1 ? '' : 's'} ${join(runs(values, String))}`
}
