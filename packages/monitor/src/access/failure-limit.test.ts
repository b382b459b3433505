import { createVirtualClock } from '@dureq/store-testing'
import { expect, it } from 'vitest'
import { createFailureLimit, networkOf } from './failure-limit.ts'

it('lets an address wait for the rest of its minute once it has had its share', async () => {
  const clock = createVirtualClock()
  const limit = createFailureLimit(clock, 2)
  expect(limit.count('10.0.0.1')).toBe(0)
  await clock.advanceBy(20_000)
  expect(limit.count('10.0.0.1')).toBe(0)
  expect(limit.count('10.0.0.1')).toBe(40_000)
  expect(limit.count('10.0.0.2')).toBe(0)
  await clock.advanceBy(40_000)
  expect(limit.count('10.0.0.1')).toBe(0)
})

it('remembers ten thousand addresses, and forgets the one that failed longest ago', () => {
  const limit = createFailureLimit(createVirtualClock(), 1)
  const addressOf = (i: number): string => `10.0.${i >> 8}.${i & 255}`
  for (let i = 0; i < 10_000; i++) limit.count(addressOf(i))
  expect(limit.count(addressOf(0))).toBe(60_000)
  limit.count('192.0.2.1') // one too many: of those there the second has failed longest ago
  expect(limit.count(addressOf(0))).toBe(60_000)
  expect(limit.count(addressOf(1))).toBe(0)
})

it.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('counts %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
