import { type CallKey, StoreUnavailableError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createTestTools } from '../test/fixtures/tools.ts'
import { pass } from '../test/fixtures/turns.ts'

const away = new StoreUnavailableError(true)
const forever = { until: Number.POSITIVE_INFINITY, signal: new AbortController().signal }

describe('createPersistentCall', () => {
  it('repeats under the same key until it is answered', async () => {
    const { call, clock, link } = createTestTools({})
    const keys: CallKey[] = []
    const answered = call(async (key) => {
      keys.push(key)
      if (keys.length < 4) throw away
      return 'answer'
    }, forever)
    await pass(clock, 1_000)
    expect(await answered).toBe('answer')
    expect(keys).toHaveLength(4)
    expect(new Set(keys.map((key) => key.number)).size).toBe(1)
    expect(link.connected).toBe(true)
  })

  it('passes any other error on at once', async () => {
    const { call } = createTestTools({})
    await expect(call(() => Promise.reject(new Error('bug')), forever)).rejects.toThrow('bug')
  })

  it('gives up when it is told how long, with the last error', async () => {
    const { call, clock } = createTestTools({})
    let tries = 0
    const failed = call(
      () => {
        tries++
        return Promise.reject(away)
      },
      { ...forever, until: 400 },
    )
    const outcome = expect(failed).rejects.toBe(away)
    await pass(clock, 10_000)
    await outcome
    expect(tries).toBe(4)
  })

  it('never repeats so late that the store may have forgotten the key', async () => {
    const { call, clock } = createTestTools({})
    let last = 0
    const failed = call(() => {
      last = clock.now()
      return Promise.reject(away)
    }, forever)
    const outcome = expect(failed).rejects.toBe(away)
    await pass(clock, 15 * 60_000)
    await outcome
    expect(last).toBeGreaterThan(8 * 60_000)
    expect(last).toBeLessThanOrEqual(9 * 60_000)
  })

  it('stops repeating as soon as its signal aborts', async () => {
    const { call, clock } = createTestTools({})
    const controller = new AbortController()
    const failed = call(() => Promise.reject(away), { ...forever, signal: controller.signal })
    const outcome = expect(failed).rejects.toBe(away)
    await pass(clock, 60)
    controller.abort()
    await outcome
  })
})
