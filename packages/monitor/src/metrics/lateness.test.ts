import { expect, it } from 'vitest'
import { latenessOf } from './lateness.ts'

const scheduled = { 'x-dureq-scheduled-at': '2026-11-24T10:00:00Z' }
const claimedAt = Date.parse('2026-11-24T10:00:01.5Z')

it('is what lies between the time of the schedule and the first claim', () => {
  expect(latenessOf({ headers: scheduled, attempt: 1, claimedAt })).toBe(1_500)
})

it('is nothing for other jobs, later attempts and what is caught up', () => {
  expect(latenessOf({ headers: {}, attempt: 1, claimedAt })).toBeUndefined()
  expect(latenessOf({ headers: scheduled, attempt: 2, claimedAt })).toBeUndefined()
  const late = { ...scheduled, 'x-dureq-backfill': 'true' }
  expect(latenessOf({ headers: late, attempt: 1, claimedAt })).toBeUndefined()
  expect(latenessOf({ headers: { 'x-dureq-scheduled-at': 'noon' }, attempt: 1, claimedAt })).toBeUndefined()
})
