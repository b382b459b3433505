import { createVirtualClock } from '@dureq/store-testing'
import { expect, it } from 'vitest'
import { createExpiry } from './expiry.ts'

it('aborts after its time', async () => {
  const clock = createVirtualClock()
  const { signal } = createExpiry(clock, 100)
  await clock.advanceBy(99)
  expect(signal.aborted).toBe(false)
  await clock.advanceBy(1)
  expect(signal.aborted).toBe(true)
})

it('aborts with an earlier signal, also one that has aborted before', () => {
  const clock = createVirtualClock()
  const controller = new AbortController()
  const { signal } = createExpiry(clock, Number.POSITIVE_INFINITY, controller.signal)
  expect(signal.aborted).toBe(false)
  controller.abort()
  expect(signal.aborted).toBe(true)
  expect(createExpiry(clock, 100, controller.signal).signal.aborted).toBe(true)
})

it('does not abort once it is cancelled', async () => {
  const clock = createVirtualClock()
  const controller = new AbortController()
  const expiry = createExpiry(clock, 100, controller.signal)
  expiry.cancel()
  controller.abort()
  await clock.advanceBy(1_000)
  expect(expiry.signal.aborted).toBe(false)
})
