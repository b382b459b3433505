import type { AdvanceReply, EndedFiring, Logger, RunsRole } from '@dureq/types'
import { StoreUnavailableError } from '@dureq/types'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCaller } from './caller.ts'
import { createTimekeeper } from './timekeeper.ts'

const logger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => logger,
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

type Answer = Partial<AdvanceReply> | Error

/** A timekeeper over a store that gives these answers, then says that nothing is due. */
function createSubject(...answers: Answer[]) {
  const calls: number[] = []
  const ended: EndedFiring[] = []
  const advance: RunsRole['advance'] = async () => {
    calls.push(Date.now())
    const answer = answers.shift() ?? {}
    if (answer instanceof Error) throw answer
    // The store's clock is an hour ahead of this process.
    const now = Date.now() + 3_600_000
    return { moved: 0, ended: [], now, ...answer }
  }
  const runs = { advance } as RunsRole
  const timekeeper = createTimekeeper({
    store: { runs },
    caller: createCaller(),
    logger,
    random: () => 1,
    limit: 10,
    onEnded: (firings) => void ended.push(...firings),
  })
  return { timekeeper, calls, ended }
}

const storeTime = (ms: number): number => 3_600_000 + ms
/** Lets time pass, and before and after it what is ready. */
async function pass(ms: number): Promise<void> {
  await turns()
  await vi.advanceTimersByTimeAsync(ms)
  await turns()
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('createTimekeeper', () => {
  it('looks when the store says something is due, and at the latest every 5 s', async () => {
    const { timekeeper, calls } = createSubject({ nextAt: storeTime(700) }, { nextAt: storeTime(60_000) })
    timekeeper.start()
    await pass(11_000)
    expect(calls).toEqual([0, 700, 5_700, 10_700])
    await timekeeper.stop()
  })

  it('repeats at once while there may be more', async () => {
    const { timekeeper, calls } = createSubject({ moved: 10 }, { moved: 12 }, { moved: 9 })
    timekeeper.start()
    await pass(0)
    expect(calls).toEqual([0, 0, 0])
    await timekeeper.stop()
  })

  it('is woken, and looks earlier when told of an earlier time', async () => {
    const { timekeeper, calls } = createSubject()
    timekeeper.start()
    await pass(100)
    timekeeper.wake()
    await pass(100)
    timekeeper.lookWithin(300)
    timekeeper.lookWithin(9_000)
    await pass(1_000)
    expect(calls).toEqual([0, 100, 500])
    await timekeeper.stop()
  })

  it('does not spin when the store moves nothing of what it says is due', async () => {
    const due = { nextAt: storeTime(0) }
    const { timekeeper, calls } = createSubject(due, due, due)
    timekeeper.start()
    await pass(25)
    expect(calls).toEqual([0, 10, 20])
    await timekeeper.stop()
  })

  it('tells of the firings that time ended', async () => {
    const firing: EndedFiring = { firingId: 'f', jobId: 'f', taskType: 't', status: 'dead', attempt: 3 }
    const { timekeeper, ended } = createSubject({ moved: 1, ended: [firing] })
    timekeeper.start()
    await pass(0)
    expect(ended).toEqual([firing])
    await timekeeper.stop()
  })

  it('keeps on through an outage', async () => {
    const away = new StoreUnavailableError(true)
    const { timekeeper, calls } = createSubject(away, away, away)
    timekeeper.start()
    await pass(1_000)
    expect(calls).toEqual([0, 50, 150, 350])
    await timekeeper.stop()
  })
})
