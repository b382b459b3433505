import type { Logger } from '@dureq/types'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLoop } from './loop.ts'

const lines: string[] = []
const logger: Logger = {
  debug: (_, message) => void lines.push(`debug ${message}`),
  info: (_, message) => void lines.push(`info ${message}`),
  warn: (_, message) => void lines.push(`warn ${message}`),
  error: (_, message) => void lines.push(`error ${message}`),
  child: () => logger,
}

beforeEach(() => {
  lines.length = 0
  vi.useFakeTimers({ now: 0, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A loop whose rounds note when they ran and rest as `rests` says (then for ever). */
function createSubject(...rests: (number | Error)[]) {
  const rounds: number[] = []
  const loop = createLoop({
    logger,
    random: () => 1,
    pauses: { initialMs: 100, maxMs: 400 },
    round: async () => {
      rounds.push(Date.now())
      const rest = rests.shift() ?? Number.POSITIVE_INFINITY
      if (rest instanceof Error) throw rest
      return rest
    },
    isReported: (error) => error instanceof RangeError,
  })
  return { loop, rounds }
}

/** Lets time pass, and before and after it what is ready. */
async function pass(ms: number): Promise<void> {
  await turns()
  await vi.advanceTimersByTimeAsync(ms)
  await turns()
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('createLoop', () => {
  it('rests as long as a round says', async () => {
    const { loop, rounds } = createSubject(0, 50, 70)
    loop.start()
    await pass(500)
    expect(rounds).toEqual([0, 0, 50, 120])
    await loop.stop()
  })

  it('lets everything else have its turn, also between rounds without a rest', async () => {
    vi.useRealTimers()
    let others = 0
    const loop = createLoop({ logger, round: async () => 0 })
    loop.start()
    while (others < 3) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      others++
    }
    await loop.stop()
    expect(others).toBe(3)
  })

  it('is woken from its rest at once', async () => {
    const { loop, rounds } = createSubject()
    loop.start()
    await pass(30)
    loop.wake()
    await pass(0)
    expect(rounds).toEqual([0, 30])
    await loop.stop()
  })

  it('runs again at once when woken during a round', async () => {
    const { loop, rounds } = createSubject()
    loop.start()
    loop.wake()
    await pass(0)
    expect(rounds).toEqual([0, 0])
    await loop.stop()
  })

  it('is woken within a time, never later than it rests anyway', async () => {
    const { loop, rounds } = createSubject(100)
    loop.start()
    await pass(10)
    loop.wakeWithin(20)
    loop.wakeWithin(60)
    await pass(100)
    expect(rounds).toEqual([0, 30])
    await loop.stop()
  })

  it('survives errors with a doubling, bounded pause, and says so once', async () => {
    const away = new Error('away')
    const { loop, rounds } = createSubject(away, away, away, away, away)
    loop.start()
    await pass(2_000)
    expect(rounds).toEqual([0, 100, 300, 700, 1_100, 1_500])
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['warn', 'info'])
    await loop.stop()
  })

  it('says nothing of errors someone else reports', async () => {
    const { loop, rounds } = createSubject(new RangeError('known'), new RangeError('known'))
    loop.start()
    await pass(1_000)
    expect(rounds).toEqual([0, 100, 300])
    expect(lines).toEqual([])
    await loop.stop()
  })

  it('is not woken out of the pause after an error', async () => {
    const { loop, rounds } = createSubject(new Error('away'))
    loop.start()
    await pass(10)
    loop.wake()
    await pass(50)
    expect(rounds).toEqual([0])
    await pass(50)
    expect(rounds).toEqual([0, 100])
    await loop.stop()
  })

  it('stops at once in a rest, and aborts and awaits a round', async () => {
    const resting = createSubject(1_000)
    resting.loop.start()
    await pass(0)
    await resting.loop.stop()
    expect(vi.getTimerCount()).toBe(0)

    let ended = false
    const waiting = createLoop({
      logger,
      round: (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended = true
            resolve(1_000)
          })
        }),
    })
    waiting.start()
    await waiting.stop()
    expect(ended).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('may be stopped before it starts, and then does not start', async () => {
    const { loop, rounds } = createSubject()
    await loop.stop()
    loop.start()
    await pass(10)
    expect(rounds).toEqual([])
  })
})
