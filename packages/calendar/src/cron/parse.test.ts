import { Faults } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import type { CronExpression, CronFields } from './expression.ts'
import { parseCron } from './parse.ts'
import { readStoredCron } from './read-stored.ts'

function read(text: string): CronExpression {
  const faults = new Faults()
  const cron = parseCron(text, 'cronExpr', faults)
  expect(faults.found).toEqual([])
  return cron
}

function fields(text: string): CronFields {
  const cron = read(text)
  if (cron.kind !== 'fields') throw new Error(`${text} has no fields`)
  return cron
}

function problems(text: string): readonly string[] {
  const faults = new Faults()
  parseCron(text, 'cronExpr', faults)
  expect(faults.found.every((fault) => fault.field === 'cronExpr')).toBe(true)
  return faults.found.map((fault) => fault.problem)
}

const upTo = (max: number): number[] => Array.from({ length: max + 1 }, (_, i) => i)

describe('the fields of an expression', () => {
  it('are five, or six with seconds in front', () => {
    expect(fields('5 4 3 2 1')).toMatchObject({
      seconds: [0],
      minutes: [5],
      hours: [4],
      daysOfMonth: { isOpen: false, days: [3], hasLast: false },
      months: [1],
      weekdays: { isOpen: false, days: [1], last: [], nth: [] },
    })
    expect(fields('  30  5 4 3 2 1 ')).toMatchObject({ seconds: [30], minutes: [5] })
  })

  it.each([
    ['*', upTo(59)],
    ['?', upTo(59)],
    ['7', [7]],
    ['07', [7]],
    ['5-8', [5, 6, 7, 8]],
    ['5-5', [5]],
    ['*/20', [0, 20, 40]],
    ['10/20', [10, 30, 50]],
    ['10-31/10', [10, 20, 30]],
    ['0-4/5', [0]],
    ['50,10,10-12', [10, 11, 12, 50]],
  ])('read %s as a list', (text, minutes) => {
    expect(fields(`${text} * * * *`).minutes).toEqual(minutes)
  })

  it('know months and weekdays by name, in any case', () => {
    expect(fields('0 0 * Jan-MAR,dec *').months).toEqual([0, 1, 2, 11])
    expect(fields('0 0 * * mon-Wed,FRI').weekdays.days).toEqual([1, 2, 3, 5])
    expect(fields('0 0 * * tue/2').weekdays.days).toEqual([2, 4, 6])
  })

  it.each([
    ['7', [0]],
    ['5-7', [0, 5, 6]],
    ['0,7,sun', [0]],
    ['5-7/2', [0, 5]],
    ['*/2', [0, 2, 4, 6]],
    ['3/2', [3, 5]],
  ])('take 7 for Sunday only where it is written: %s', (text, days) => {
    expect(fields(`0 0 * * ${text}`).weekdays.days).toEqual(days)
  })

  it('know the last day, the last weekdays and the nth ones, also in lists', () => {
    expect(fields('0 0 L * *').daysOfMonth).toEqual({ isOpen: false, days: [], hasLast: true })
    expect(fields('0 0 15,l * *').daysOfMonth).toEqual({ isOpen: false, days: [15], hasLast: true })
    expect(fields('0 0 * * 5L').weekdays).toEqual({ isOpen: false, days: [], last: [5], nth: [] })
    expect(fields('0 0 * * friL,7l,mon#1,1,7#5').weekdays).toEqual({
      isOpen: false,
      days: [1],
      last: [0, 5],
      nth: [
        { weekday: 1, nth: 1 },
        { weekday: 0, nth: 5 },
      ],
    })
  })

  it('are open only where they are exactly * or ?', () => {
    const isOpen = (text: string): readonly boolean[] => {
      const { daysOfMonth, weekdays } = fields(text)
      return [daysOfMonth.isOpen, weekdays.isOpen]
    }
    expect(isOpen('0 0 * * ?')).toEqual([true, true])
    expect(isOpen('0 0 */1 * *,1')).toEqual([false, false])
  })

  it.each([
    ['9', true],
    ['1,2,3', true],
    ['9-17', true],
    ['*', false],
    ['?', false],
    ['*/2', false],
    ['9-17/2', false],
    ['9,*/6', false],
  ])('have times of day where the hours are fixed: %s', (hours, isFixed) => {
    expect(fields(`0 ${hours} * * *`).hasFixedHours).toBe(isFixed)
  })
})

describe('descriptors', () => {
  it.each([
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * 0'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
  ])('%s stands for %s', (name, expression) => {
    expect(read(name)).toEqual(read(expression))
  })

  it('may go by elapsed time', () => {
    expect(read('@hourly')).toEqual({ kind: 'hourly' })
    expect(read('@every 1h30m')).toEqual({ kind: 'every', everyMs: 5_400_000 })
    expect(read('@every 1500ms')).toEqual({ kind: 'every', everyMs: 1_500 })
    expect(read('@every 1s')).toEqual({ kind: 'every', everyMs: 1_000 })
  })
})

describe('a zone in front', () => {
  it('is taken off', () => {
    expect(read('TZ=Asia/Tokyo 0 9 * * *')).toEqual({ ...read('0 9 * * *'), zone: 'Asia/Tokyo' })
    expect(read('CRON_TZ=UTC @daily')).toEqual({ ...read('@daily'), zone: 'UTC' })
  })

  it.each([
    ['TZ=Mars/Olympus 0 9 * * *', ["names the time zone 'Mars/Olympus', which is unknown"]],
    ['TZ=UTC', ['must have 5 fields, or 6 with seconds in front, or begin with @; it has 0']],
    ['TZ= 0 9 * * *', ["names the time zone '', which is unknown"]],
  ])('is refused as "%s"', (text, expected) => {
    expect(problems(text)).toEqual(expected)
  })
})

describe('what is no expression', () => {
  it.each([
    ['', 'must have 5 fields, or 6 with seconds in front, or begin with @; it has 0'],
    ['   ', 'it has 0'],
    ['* * * *', 'it has 4'],
    ['0 0 0 * * * 2026', 'it has 7'],
    ['@reboot', 'must be one of @yearly'],
    ['@Daily', 'must be one of'],
    ['@daily 5', 'must have nothing after @daily'],
    ['@every', 'must be milliseconds or a text'],
    ['@every 5', 'must be milliseconds or a text'],
    ['@every 999ms', 'must not be more often than @every 1s'],
    ['@every -5s', 'must be milliseconds or a text'],
    ['@every 20y', 'must be milliseconds or a text'],
    ['60 * * * *', "minute '60' must be 0-59"],
    ['60 0 * * * *', "second '60' must be 0-59"],
    ['* 24 * * *', "hour '24' must be 0-23"],
    ['* * 0 * *', "day of month '0' must be 1-31"],
    ['* * 32 * *', "day of month '32' must be 1-31"],
    ['* * * 0 *', "month '0' must be 1-12 or jan-dec"],
    ['* * * 13 *', "month '13' must be 1-12 or jan-dec"],
    ['* * * * 8', "day of week '8' must be 0-7 or sun-sat"],
    ['* * * january *', "month 'january' must be"],
    ['* * * * monday', "day of week 'monday' must be"],
    ['* * * * frl', "day of week 'fr' must be"],
    ['* * * * L', "day of week 'L' must say which day, such as 5L"],
    ['* * * * 1,L', "day of week 'L' must say"],
    ['* * * * 1#0', "day of week '1#0' must end in #1 to #5"],
    ['* * * * 1#6', "day of week '1#6' must end in #1 to #5"],
    ['* * * * 1#1#2', "day of week '1#1#2' must end"],
    ['* * * * 1-3#2', "day of week '1-3' must be"],
    ['* * * * 1-5L', "day of week '1-5' must be"],
    ['* * L-3 * *', "day of month 'L-3' is not supported"],
    ['* * 15W * *', "day of month '15W' is not supported"],
    ['* * LW * *', "day of month 'LW' is not supported"],
    ['* L * * *', "hour 'L' must be 0-23"],
    ['H * * * *', "minute 'H' must be 0-59"],
    ['5-1 * * * *', "minute '5-1' must not run backwards"],
    ['* * * * fri-sun', "day of week 'fri-sun' must not run backwards"],
    ['* * * nov-feb *', "month 'nov-feb' must not run backwards"],
    ['*/0 * * * *', "minute step '0' must be 1-59"],
    ['*/60 * * * *', "minute step '60' must be 1-59"],
    ['*/100 * * * *', "minute step '100' must be 1-59"],
    ['* */24 * * *', "hour step '24' must be 1-23"],
    ['* * */32 * *', "day of month step '32' must be 1-31"],
    ['* * * */13 *', "month step '13' must be 1-12"],
    ['* * * * */8', "day of week step '8' must be 1-7"],
    ['10-15/7 * * * *', "minute step '7' must be 1-6"],
    ['*/x * * * *', "minute step 'x' must be"],
    ['*/ * * * *', "minute step '' must be"],
    ['*/5/5 * * * *', "minute '*/5/5' has more than one step"],
    ['1-2-3 * * * *', "minute '1-2-3' is no range"],
    ['-5 * * * *', "minute '' must be 0-59"],
    ['5- * * * *', "minute '' must be 0-59"],
    ['1,,2 * * * *', "minute '' must be 0-59"],
    ['1.5 * * * *', "minute '1.5' must be 0-59"],
    ['1e1 * * * *', "minute '1e1' must be 0-59"],
    ['+5 * * * *', "minute '+5' must be 0-59"],
    ['005 * * * *', "minute '005' must be 0-59"],
  ])('"%s" is refused: %s', (text, problem) => {
    expect(problems(text)).toEqual([expect.stringContaining(problem)])
  })

  it('has all its faults named', () => {
    expect(problems('61 25 * foo *')).toEqual([
      "minute '61' must be 0-59",
      "hour '25' must be 0-23",
      "month 'foo' must be 1-12 or jan-dec",
    ])
  })

  it('was not stored by us', () => {
    expect(() => readStoredCron('* * * *')).toThrow('invalid schedule: cronExpr must have 5 fields')
  })
})
