import { expect, test } from 'vitest'
import { isRecurring, scheduleTypes } from './schedule.ts'

test('all but the first two types of schedule recur', () => {
  expect(scheduleTypes.filter((type) => !isRecurring(type))).toEqual(['IMMEDIATE', 'ONE_TIME'])
})
