import { CronExpressionParser } from 'cron-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commonExpressions } from '../../test/cron-expressions.ts'
import { firingsBetween } from '../firings-between.ts'
import { validateSchedule } from '../validate.ts'

// cron-parser reads the same language, but not quite, and treats changes of the clocks in its own way. Where the two
// agree it is a second opinion; where they do not, our rules hold, and these tests say where that is.

const start = Date.parse('2026-02-20T12:34:56Z')

function theirs(cronExpr: string, tz: string, from: number = start, count: number = 12): readonly string[] {
  const expression = CronExpressionParser.parse(cronExpr, { currentDate: new Date(from), tz })
  return Array.from({ length: count }, () => expression.next().toISOString() ?? '')
}

function ours(
  cronExpr: string,
  timezone: string,
  from: number = start,
  count: number = 12,
): readonly string[] {
  const found = firingsBetween({ type: 'CRON', cronExpr, timezone }, from, Infinity, count)
  return found.map((at) => new Date(at).toISOString())
}

function isRefused(cronExpr: string): boolean {
  return validateSchedule({ type: 'CRON', cronExpr }, { now: start }).length > 0
}

describe('cron-parser agrees', () => {
  it('where the clocks are not changed', () => {
    fc.assert(
      fc.property(commonExpressions, fc.constantFrom('UTC', 'Asia/Kolkata'), (cronExpr, zone) => {
        fc.pre(!isRefused(cronExpr)) // 30 February
        expect(ours(cronExpr, zone, start, 4)).toEqual(theirs(cronExpr, zone, start, 4))
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    '0 9 * * 1-5',
    '30 0 9 * * 1-5',
    '0 0 L * *',
    '0 0 L,15 * *',
    '0 0 * * 5L',
    '0 0 * * mon#2',
    '0 0 * * 7',
    '0 0 13 * fri',
    '0 0 29 2 *',
    '@daily',
    '@weekly',
    '@monthly',
    '@yearly',
    '@hourly',
  ])('about %s', (cronExpr) => {
    expect(ours(cronExpr, 'UTC', start, 6)).toEqual(theirs(cronExpr, 'UTC', start, 6))
  })
})

describe('cron-parser differs', () => {
  it.each([
    '',
    '* * * *',
    '*/60 * * * *',
    '*/100 * * * *',
    '1-5/10 * * * *',
    'H * * * *',
    '@minutely',
    '@weekdays',
  ])('it takes "%s", we refuse it', (cronExpr) => {
    expect(theirs(cronExpr, 'UTC')).toHaveLength(12)
    expect(isRefused(cronExpr)).toBe(true)
  })

  it.each(['@every 5m', 'TZ=UTC 0 9 * * *', '0 0 * * 1,3#2', '0 0 1,1-3 * *'])(
    'it refuses "%s", we take it',
    (cronExpr) => {
      expect(() => theirs(cronExpr, 'UTC')).toThrow()
      expect(isRefused(cronExpr)).toBe(false)
    },
  )

  it('about a time that does not exist: it keeps the minutes, we take the first moment after the gap', () => {
    const from = Date.parse('2026-03-08T00:00:00Z')
    expect(theirs('30 2 * * *', 'America/New_York', from, 2)).toEqual([
      '2026-03-08T07:30:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ])
    expect(ours('30 2 * * *', 'America/New_York', from, 2)).toEqual([
      '2026-03-08T07:00:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ])
  })

  it('about every second hour: it fires at a time that does not match, we do not', () => {
    const from = Date.parse('2026-03-08T04:30:00Z')
    expect(theirs('0 */2 * * *', 'America/New_York', from, 3)).toEqual([
      '2026-03-08T05:00:00.000Z',
      '2026-03-08T07:00:00.000Z', // 03:00
      '2026-03-08T08:00:00.000Z',
    ])
    expect(ours('0 */2 * * *', 'America/New_York', from, 2)).toEqual([
      '2026-03-08T05:00:00.000Z',
      '2026-03-08T08:00:00.000Z',
    ])
  })
})
