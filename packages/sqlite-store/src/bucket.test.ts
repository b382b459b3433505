import { expect, test } from 'vitest'
import { type Bucket, fullAt, nextStart, startsIn, takeFrom } from './bucket.ts'

test('a new bucket is full, and takes what its rate gives', () => {
  const rate = { rateLimit: 10, rateBurst: 3 }
  expect(startsIn(undefined, rate, 0)).toBe(3)
  const empty = takeFrom(undefined, rate, 0, 3)
  expect([0, 99, 100, 250, 1_000].map((now) => startsIn(empty, rate, now))).toEqual([0, 0, 1, 2, 3])
  expect(nextStart(empty, rate, 30)).toBe(100)
  expect(nextStart(empty, rate, 100)).toBeUndefined()
  expect(fullAt(empty, rate, 0)).toBe(300)
})

test.each([0.001, 0.3, 3, 7, 13, 999])(
  'the next start of %f a second is possible when it is foretold',
  (rateLimit) => {
    const rate = { rateLimit, rateBurst: 1 }
    let bucket: Bucket | undefined
    let now = 1_700_000_000_000
    for (let i = 0; i < 200; i++) {
      expect(startsIn(bucket, rate, now)).toBe(1)
      bucket = takeFrom(bucket, rate, now, 1)
      const next = nextStart(bucket, rate, now) ?? now
      if (next > now + 1) expect(startsIn(bucket, rate, next - 1)).toBe(0)
      now = next
    }
    expect(now - 1_700_000_000_000).toBeGreaterThanOrEqual(Math.floor((200_000 / rateLimit) * 0.999))
  },
)

test('a lower burst holds at once, and time that goes back gives nothing', () => {
  expect(startsIn({ tokens: 50, at: 0 }, { rateLimit: 1, rateBurst: 2 }, 0)).toBe(2)
  expect(startsIn({ tokens: 0, at: 10_000 }, { rateLimit: 1 }, 0)).toBe(0)
})
