import fc from 'fast-check'

type Text = fc.Arbitrary<string>

const range = (min: number, max: number): Text =>
  fc
    .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
    .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`)

const number = (min: number, max: number): Text => fc.integer({ min, max }).map(String)

const steps = (min: number, max: number): Text =>
  fc.constantFrom(2, 3, 5).map((step) => `${min}-${max}/${step}`)

const list = (entry: Text): Text =>
  fc.array(entry, { minLength: 1, maxLength: 3 }).map((entries) => entries.join(','))

const field = (min: number, max: number): Text =>
  list(fc.oneof(number(min, max), range(min, max), steps(min, max)))

const minutes = fc.oneof(fc.constantFrom('*', '0', '30', '*/15', '0,30', '59'), field(0, 59))
/** Mostly the hours in which clocks are changed. */
const hours = fc.oneof(fc.constantFrom('*', '*/2', '0', '2', '1-3', '23', '0/3'), field(0, 4), field(0, 23))
const open = fc.constantFrom('*', '?')
const dates = fc.oneof(open, open, field(1, 31), fc.constantFrom('L', '1,L', '*/2', '29'))
const months = fc.oneof(open, open, field(1, 12), fc.constantFrom('jan-mar,oct', 'MAR'))

const plainWeekdays = fc.oneof(open, open, field(0, 6), fc.constantFrom('mon-fri', 'SUN', '7', 'sat'))
const weekdays = fc.oneof(plainWeekdays, list(fc.constantFrom('5L', 'sunL', '1#1', 'sun#2', '6#5', '7', '2')))

/** Expressions of five fields, of everything fields may hold. */
export const cronExpressions: Text = fc
  .tuple(minutes, hours, dates, months, weekdays)
  .map((all) => all.join(' '))

const entry = (min: number, max: number): Text =>
  fc.oneof(fc.constant('*'), number(min, max), range(min, max), steps(min, max))

/**
 * Expressions that cron-parser reads as we do: days are restricted in one way only, and no list names a number twice,
 * which it refuses.
 */
export const commonExpressions: Text = fc
  .oneof(
    fc.tuple(entry(0, 59), entry(0, 23), entry(1, 31), entry(1, 12), open),
    fc.tuple(entry(0, 59), entry(0, 23), open, entry(1, 12), entry(0, 6)),
  )
  .map((all) => all.join(' '))
