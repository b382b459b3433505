import { createDeferred } from '@dureq/runtime'
import {
  type ClaimReply,
  type ClaimRequest,
  type EndedFiring,
  type LeasedRun,
  StoreUnavailableError,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createEntry, createLease } from '../test/fixtures/lease.ts'
import { createTestTools } from '../test/fixtures/tools.ts'
import { pass, settled, turn } from '../test/fixtures/turns.ts'
import type { Batch } from './batch.ts'
import { createClaimer } from './claimer.ts'
import type { HandlerEntry } from './handler-entry.ts'
import { createHandlerTable } from './handler-table.ts'
import { createPaces } from './pace.ts'
import { createSlots } from './slots.ts'

const entries = [createEntry('plain'), createEntry('narrow', undefined, { concurrency: 1 })]

type Given = Partial<Extract<ClaimReply, { kind: 'claimed' }>>

function claimed(leases: readonly LeasedRun[] = [], more: Given = {}): ClaimReply {
  return { kind: 'claimed', leases, ended: [], now: 1_000, ...more }
}

/** A claimer of a node with 4 slots, whose store answers as `answer` says. */
function createSubject(
  answer: (request: ClaimRequest, n: number) => Promise<ClaimReply>,
  { concurrency = 4, fast = false }: { readonly concurrency?: number; readonly fast?: boolean } = {},
) {
  const requests: ClaimRequest[] = []
  const tools = createTestTools({
    runs: {
      claim: (_, request) => {
        requests.push(request)
        return answer(request, requests.length)
      },
    },
  })
  const slots = createSlots(concurrency, entries)
  const handlerOf = createHandlerTable(entries)
  const seen = {
    leases: [] as LeasedRun[],
    batches: [] as Batch[],
    unwanted: [] as LeasedRun[],
    ended: [] as EndedFiring[],
    next: [] as number[],
    ready: 0,
    resting: 0,
    announced: 0,
  }
  const state = { wantsWork: true, unsettled: 0, waiting: 0 }
  const paces = createPaces(entries)
  const [plain] = entries as [HandlerEntry]
  for (let i = 0; fast && i < 32; i++) paces.note(plain, 1)
  const claimer = createClaimer({
    ...tools,
    handlerSet: 'set',
    handlerOf,
    slots,
    paces,
    waiting: () => state.waiting,
    unsettled: () => state.unsettled,
    wantsWork: () => state.wantsWork,
    onLeases: (leases, batch) => {
      seen.leases.push(...leases)
      seen.batches.push(batch)
      for (const lease of leases) slots.take(handlerOf(lease.taskType) ?? entries[0]!)
    },
    onUnwanted: (leases) => void seen.unwanted.push(...leases),
    onEnded: (ended) => void seen.ended.push(...ended),
    onNext: (inMs) => void seen.next.push(inMs),
    onUnknown: async () => void seen.announced++,
    onReady: () => void seen.ready++,
    onResting: () => void seen.resting++,
  })
  const limits = (): unknown => requests.map((request) => request.limit)
  return { ...tools, claimer, slots, seen, state, requests, limits }
}

const leases = (n: number, overrides: Partial<LeasedRun> = {}): LeasedRun[] =>
  Array.from({ length: n }, () => createLease(overrides))

describe('createClaimer', () => {
  it('asks for every free slot, in the tick it is told to', () => {
    const { claimer, requests } = createSubject(() => new Promise(() => {}))
    claimer.claim()
    claimer.claim()
    expect(requests).toEqual([
      { nodeId: 'node-1', handlerSet: 'set', start: true, limit: 4, free: { narrow: 1 } },
    ])
  })

  it('hands out what it got, with the age of the leases and the news of the answer', async () => {
    const ended: EndedFiring = { firingId: 'f', jobId: 'f', taskType: 'plain', status: 'dead', attempt: 1 }
    const got = leases(2, { claimedAt: 900 })
    const { claimer, seen } = createSubject(async () => claimed(got, { ended: [ended], nextAt: 1_300 }))
    claimer.claim()
    await settled(() => seen.ready === 1)
    const batches = [{ leasedAt: -100, cameAt: 0, ahead: false, left: 2 }]
    expect(seen).toMatchObject({ leases: got, batches, ended: [ended], next: [300] })
  })

  it('rests after a short answer until someone expects work', async () => {
    const { claimer, limits, seen } = createSubject(async () => claimed(leases(1)))
    claimer.claim()
    expect(claimer.isResting).toBe(false)
    await turn()
    claimer.claim()
    expect(limits()).toEqual([4])
    expect([claimer.isResting, seen.resting]).toEqual([true, 1])
    claimer.expectWork()
    expect(claimer.isResting).toBe(false)
    claimer.claim()
    expect(limits()).toEqual([4, 3])
  })

  it('does not rest when someone expected work while it asked', async () => {
    const { claimer, limits, seen } = createSubject(async () => claimed())
    claimer.claim()
    claimer.expectWork()
    await turn()
    expect([claimer.isResting, seen.resting]).toEqual([false, 0])
    claimer.claim()
    expect(limits()).toEqual([4, 4])
  })

  it('keeps two claims under way where there is plenty', async () => {
    const second = createDeferred<ClaimReply>()
    const { claimer, slots, limits } = createSubject(
      async (request, n) => (n === 1 ? claimed(leases(request.limit)) : await second.promise),
      { concurrency: 40 },
    )
    claimer.claim()
    await turn()
    for (let i = 0; i < 40; i++) slots.giveBack(entries[0]!)
    claimer.claim()
    expect(limits()).toEqual([40, 20, 20])
  })

  describe('claiming ahead', () => {
    it('asks for as much again where there is plenty of fast work, without what is not fast', async () => {
      const { claimer, requests, seen } = createSubject(
        async (request, n) => (n < 3 ? claimed(leases(request.limit)) : await new Promise(() => {})),
        { fast: true },
      )
      claimer.claim()
      await turn()
      claimer.claim()
      await turn()
      expect(requests.slice(0, 2)).toMatchObject([
        { start: true, limit: 4 },
        { start: false, limit: 2, free: { narrow: 0 } },
      ])
      expect(seen.batches.map(({ ahead, left }) => [ahead, left])).toEqual([
        [false, 4],
        [true, 2],
      ])
    })

    it('does not when the runs ahead have used it up', async () => {
      const { claimer, requests, state } = createSubject(async (request) => claimed(leases(request.limit)), {
        fast: true,
      })
      claimer.claim()
      await turn()
      state.waiting = 2
      claimer.claim()
      expect(requests).toHaveLength(1)
    })

    it('does not rest when that finds nothing: there may be work for the handlers it left out', async () => {
      const { claimer, requests, seen } = createSubject(
        async (request, n) => claimed(n === 1 ? leases(request.limit) : []),
        { fast: true },
      )
      claimer.claim()
      await turn()
      claimer.claim()
      await turn()
      claimer.claim()
      expect(requests).toHaveLength(2)
      expect([claimer.isResting, seen.resting]).toEqual([false, 0])
    })
  })

  it('asks again when a handler that had no room has some', async () => {
    const { claimer, slots, requests } = createSubject(async (_, n) =>
      claimed(n === 1 ? leases(1, { taskType: 'narrow' }) : []),
    )
    claimer.claim()
    await turn()
    claimer.claim()
    expect(requests).toHaveLength(1)
    expect(slots.giveBack(entries[1]!)).toBe(true)
    claimer.expectWork()
    claimer.claim()
    expect(requests[1]).toMatchObject({ limit: 4, free: { narrow: 1 } })
  })

  it('asks for less from a store that is behind, for nothing when no work is wanted', () => {
    const { claimer, state, limits } = createSubject(() => new Promise(() => {}))
    state.wantsWork = false
    claimer.claim()
    expect(limits()).toEqual([])
    state.wantsWork = true
    state.unsettled = 2 * 4 + 4 + 3
    claimer.claim()
    expect(limits()).toEqual([1])
  })

  it('refuses what comes when no work is wanted any more', async () => {
    const got = leases(2)
    const { claimer, seen, state } = createSubject(async () => claimed(got))
    claimer.claim()
    state.wantsWork = false
    await settled(() => seen.ready === 1)
    expect([seen.leases, seen.unwanted]).toEqual([[], got])
  })

  it('announces the node when the store does not know it, then asks again', async () => {
    const { claimer, seen, limits } = createSubject(async (_, n) =>
      n === 1 ? { kind: 'unknownSet' } : claimed(),
    )
    claimer.claim()
    await settled(() => seen.ready === 1)
    expect(seen.announced).toBe(1)
    claimer.claim()
    expect(limits()).toEqual([4, 4])
  })

  it('repeats a claim under its key while the store is away: leases taken by a lost answer are not lost', async () => {
    const got = leases(2)
    const { claimer, clock, seen, requests } = createSubject(async (_, n) => {
      if (n < 3) throw new StoreUnavailableError(true)
      return claimed(got)
    })
    claimer.claim()
    claimer.claim()
    await pass(clock, 1_000)
    expect(requests).toHaveLength(3)
    expect(seen.leases).toEqual(got)
  })

  it('pauses after any other error and asks again', async () => {
    const { claimer, clock, seen, logger, limits } = createSubject(async (_, n) => {
      if (n === 1) throw new Error('bug')
      return claimed()
    })
    claimer.claim()
    await turn()
    claimer.claim()
    expect(limits()).toEqual([4])
    await pass(clock, 100)
    expect(seen.ready).toBe(1)
    claimer.claim()
    expect(limits()).toEqual([4, 4])
    expect(logger.lines.map((line) => line.level)).toEqual(['warn'])
  })

  it('waits for the claims under way when it stops', async () => {
    const answer = createDeferred<ClaimReply>()
    const got = leases(1)
    const { claimer, seen, state } = createSubject(() => answer.promise)
    claimer.claim()
    state.wantsWork = false
    let stopped = false
    const stop = claimer.stop().then(() => {
      stopped = true
    })
    await turn()
    expect(stopped).toBe(false)
    answer.resolve(claimed(got))
    await stop
    expect(seen.unwanted).toEqual(got)
  })

  it('stops at once in an outage', async () => {
    const { claimer, clock, requests } = createSubject(() => Promise.reject(new StoreUnavailableError(true)))
    claimer.claim()
    await pass(clock, 60)
    const before = requests.length
    await claimer.stop()
    await pass(clock, 10_000)
    expect(requests).toHaveLength(before)
  })
})
