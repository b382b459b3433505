import { expect, it } from 'vitest'
import { createVirtualClock } from './virtual-clock.ts'

it('stands still until it is moved', async () => {
  const clock = createVirtualClock({ start: 1_000 })
  expect(clock.now()).toBe(1_000)
  await clock.advanceBy(250)
  expect(clock.now()).toBe(1_250)
  await clock.advanceBy(0)
  expect(clock.now()).toBe(1_250)
})

it('fires timers at their own instants, in order, equals in the order they were set', async () => {
  const clock = createVirtualClock({ start: 0 })
  const fired: string[] = []
  const note = (name: string) => () => fired.push(`${name}@${clock.now()}`)
  clock.setTimeout(note('c'), 30)
  clock.setTimeout(note('a'), 10)
  clock.setTimeout(note('b1'), 20)
  clock.setTimeout(note('b2'), 20)
  clock.setTimeout(note('never'), 101)
  await clock.advanceBy(100)
  expect(fired).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30'])
  expect(clock.now()).toBe(100)
})

it('fires timers that timers set, when they fall into the span', async () => {
  const clock = createVirtualClock({ start: 0 })
  const fired: number[] = []
  const again = () => {
    fired.push(clock.now())
    clock.setTimeout(again, 40)
  }
  clock.setTimeout(again, 40)
  await clock.advanceBy(100)
  expect(fired).toEqual([40, 80])
})

it('lets a sleeper sleep again within one span', async () => {
  const clock = createVirtualClock({ start: 0 })
  const woken: number[] = []
  const sleeper = (async () => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(10)
      woken.push(clock.now())
    }
  })()
  await clock.advanceBy(100)
  await sleeper
  expect(woken).toEqual([10, 20, 30])
})

it('does not fire a cancelled timer, also when one due before it cancels it', async () => {
  const clock = createVirtualClock({ start: 0 })
  const fired: string[] = []
  const early = clock.setTimeout(() => fired.push('early'), 5)
  const late = clock.setTimeout(() => fired.push('late'), 20)
  clock.setTimeout(() => late.cancel(), 10)
  early.cancel()
  early.cancel()
  await clock.advanceBy(100)
  expect(fired).toEqual([])
})

it('fires a timer of no length with the next move, not by itself', async () => {
  const clock = createVirtualClock({ start: 0 })
  let fired = 0
  clock.setTimeout(() => fired++, 0)
  await Promise.resolve()
  expect(fired).toBe(0)
  await clock.advanceBy(0)
  expect(fired).toBe(1)
})

it('rejects a sleep with the reason of its signal, before or while sleeping', async () => {
  const clock = createVirtualClock({ start: 0 })
  const reason = new Error('enough')
  await expect(clock.sleep(10, AbortSignal.abort(reason))).rejects.toBe(reason)

  const controller = new AbortController()
  const sleeping = clock.sleep(10, controller.signal)
  controller.abort(reason)
  await expect(sleeping).rejects.toBe(reason)
})
