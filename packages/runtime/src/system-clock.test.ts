import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('systemClock', () => {
  it('tells the time', () => {
    expect(systemClock.now()).toBe(1_000)
  })

  it('calls back once, when the time has passed', async () => {
    const fn = vi.fn()
    systemClock.setTimeout(fn, 50)
    await vi.advanceTimersByTimeAsync(49)
    expect(fn).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(100)
    expect(fn).toHaveBeenCalledOnce()
  })

  it('cancels', async () => {
    const fn = vi.fn()
    systemClock.setTimeout(fn, 50).cancel()
    await vi.advanceTimersByTimeAsync(100)
    expect(fn).not.toHaveBeenCalled()
  })

  it('waits longer than one timer can', async () => {
    const fn = vi.fn()
    const days = 24 * 60 * 60 * 1000
    systemClock.setTimeout(fn, 60 * days)
    await vi.advanceTimersByTimeAsync(60 * days - 1)
    expect(fn).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(fn).toHaveBeenCalledOnce()
  })

  it('sleeps until the time is over or the signal aborts', async () => {
    const slept = systemClock.sleep(50)
    await vi.advanceTimersByTimeAsync(50)
    await slept

    const controller = new AbortController()
    const woken = systemClock.sleep(50, controller.signal)
    controller.abort(new Error('enough'))
    await expect(woken).rejects.toThrow('enough')
    await expect(systemClock.sleep(50, controller.signal)).rejects.toThrow('enough')
    expect(vi.getTimerCount()).toBe(0)
  })
})
