import type { DstPolicy } from '@dureq/types'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clockChanges } from '../../test/clock-changes.ts'
import { cronExpressions } from '../../test/cron-expressions.ts'
import { cronFirings, matcherOf } from '../../test/cron-reference.ts'
import { dstPolicies } from '../../test/dst-policies.ts'
import { zones } from '../../test/zones.ts'
import { countBetween } from '../count-between.ts'
import { firingsBetween } from '../firings-between.ts'
import { previousRunAt } from '../previous-run.ts'

const hour = 3_600_000

describe('a scan of every minute around every change of the clocks finds the same firings', () => {
  it.each(zones.filter((zone) => clockChanges(zone).length > 0))('in %s', (timezone) => {
    for (const change of clockChanges(timezone)) {
      const from = Math.floor(change.at / hour) * hour - 20 * hour
      const to = from + 40 * hour
      fc.assert(
        fc.property(cronExpressions, dstPolicies, (cronExpr, dstPolicy) => {
          const schedule = { type: 'CRON', cronExpr, timezone, dstPolicy } as const
          const expected = cronFirings(cronExpr, dstPolicy, change, [from, to])
          expect(firingsBetween(schedule, from - 1, to, 5_000)).toEqual(expected)
          expect(countBetween(schedule, from - 1, to).count).toBe(expected.length)
          const last = expected.at(-1)
          if (last !== undefined) expect(previousRunAt(schedule, to + 1)).toBe(last)
        }),
        { numRuns: 2 },
      )
    }
  })
})

it('a scan of every day of four years finds the same days', () => {
  const day = 24 * hour
  const start = Date.UTC(2026, 0, 1)
  const days = Array.from({ length: 1_461 }, (_, i) => start + i * day)
  const policy: Required<DstPolicy> = { gap: 'shift', overlap: 'first' }
  fc.assert(
    fc.property(cronExpressions, (anyTime) => {
      const cronExpr = anyTime.replace(/^\S+ \S+/, '0 0')
      const schedule = { type: 'CRON', cronExpr, dstPolicy: policy } as const
      const expected = days.filter(matcherOf(cronExpr))
      expect(firingsBetween(schedule, start - 1, start + 1_460 * day, 2_000)).toEqual(expected)
      expect(countBetween(schedule, start - 1, start + 1_460 * day).count).toBe(expected.length)
    }),
  )
})
