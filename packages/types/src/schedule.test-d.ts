import { expectTypeOf, test } from 'vitest'
import type { ResolvedSchedule, Schedule, ScheduleType } from './schedule.ts'

test('the types of schedules are those of the list', () => {
  expectTypeOf<Schedule['type']>().toEqualTypeOf<ScheduleType>()
})

test('moments and lengths of time may be written in several ways', () => {
  expectTypeOf<{ type: 'ONE_TIME'; runAt: Date }>().toExtend<Schedule>()
  expectTypeOf<{
    type: 'DURATION'
    interval: '1h30m'
    startsAt: '2026-03-11T09:00:00Z'
  }>().toExtend<Schedule>()
  expectTypeOf<{ type: 'CRON'; cronExpr: string; overlapPolicy: 'SKIP'; jitter: 500 }>().toExtend<Schedule>()
})

test('each type of schedule has what it needs', () => {
  expectTypeOf<{ type: 'ONE_TIME' }>().not.toExtend<Schedule>()
  expectTypeOf<{ type: 'CRON' }>().not.toExtend<Schedule>()
  expectTypeOf<{ type: 'DAILY'; regularInterval: 1 }>().not.toExtend<Schedule>()
  expectTypeOf<{ type: 'CRON'; cronExpr: string; overlapPolicy: 'skip' }>().not.toExtend<Schedule>()
})

test('a stored schedule can be used as it is, and holds numbers only', () => {
  expectTypeOf<ResolvedSchedule>().toExtend<Schedule>()
  expectTypeOf<Extract<ResolvedSchedule, { type: 'ONE_TIME' }>['runAt']>().toEqualTypeOf<number>()
})
