import { type CallKey, type Store, StoreUnavailableError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createCalls } from '../fixtures/calls.ts'
import { createSeededRandom } from '../seeded-random.ts'
import { createVirtualClock } from '../virtual-clock.ts'
import { createFaultList, createRandomFaults, type Fault } from './fault-plan.ts'
import { withFaults } from './with-faults.ts'

describe('withFaults', () => {
  it('lets a call through when its turn has no fault', async () => {
    const { store, sent } = storeBehind([])
    expect(await store.jobs.releaseUniqueKeys(createCalls().next(), ['k'])).toEqual([true])
    expect(sent).toHaveLength(1)
  })

  it('rejects before the call takes effect', async () => {
    const { store, sent } = storeBehind([{ kind: 'refused' }])
    const error = await errorOf(store.jobs.releaseUniqueKeys(createCalls().next(), ['k']))
    expect(error.mayHaveHappened).toBe(false)
    expect(sent).toEqual([])
  })

  it('drops the reply of a call that took effect', async () => {
    const { store, sent } = storeBehind([{ kind: 'lost' }])
    const call = createCalls().next()
    const error = await errorOf(store.jobs.releaseUniqueKeys(call, ['k']))
    expect(error.mayHaveHappened).toBe(true)
    expect(sent).toEqual([call])
    expect(await store.jobs.releaseUniqueKeys(call, ['k'])).toEqual([true])
  })

  it('meets the calls of every role', async () => {
    const { store, sent } = storeBehind([{ kind: 'lost' }])
    const call = createCalls().next()
    expect((await errorOf(store.mailboxes.commit(call, []))).mayHaveHappened).toBe(true)
    expect(sent).toEqual([call])
  })

  it('meets what adds to instances', async () => {
    const { store, sent } = storeBehind([{ kind: 'lost' }, { kind: 'repeated' }])
    const [append, collect] = [createCalls().next(), createCalls().next()]
    expect((await errorOf(store.instances.append(append, []))).mayHaveHappened).toBe(true)
    expect(await store.instances.collect(collect, 0, [])).toEqual([true])
    expect(sent).toEqual([append, collect, collect])
  })

  it('a lost read has changed nothing', async () => {
    const { store } = storeBehind([{ kind: 'lost' }])
    expect((await errorOf(store.jobs.get(['a']))).mayHaveHappened).toBe(false)
  })

  it('repeats a changing call under the same key, and no other', async () => {
    const { store, sent } = storeBehind([{ kind: 'repeated' }, { kind: 'repeated' }])
    const call = createCalls().next()
    expect(await store.jobs.releaseUniqueKeys(call, ['k'])).toEqual([true])
    expect(sent).toEqual([call, call])
    await store.jobs.get(['a'])
    expect(sent).toHaveLength(3)
  })

  it('delays a call on its clock', async () => {
    const { store, sent, clock } = storeBehind([{ kind: 'delayed', ms: 100 }])
    const reply = store.jobs.get(['a'])
    await clock.advanceBy(99)
    expect(sent).toHaveLength(0)
    await clock.advanceBy(1)
    await reply
    expect(sent).toHaveLength(1)
  })
})

describe('createRandomFaults', () => {
  it('deals the same faults for the same seed, about as often as asked', () => {
    const rates = { refused: 0.1, lost: 0.2, repeated: 0.3, delayed: 0.1, maxDelayMs: 50 }
    const deal = (seed: number) => {
      const plan = createRandomFaults(createSeededRandom(seed), rates)
      return Array.from({ length: 10_000 }, () => plan.next('any'))
    }
    expect(deal(1)).toEqual(deal(1))
    expect(deal(1)).not.toEqual(deal(2))
    const share = (kind: Fault['kind']) => deal(3).filter((fault) => fault.kind === kind).length / 10_000
    expect(share('refused')).toBeCloseTo(0.1, 1)
    expect(share('lost')).toBeCloseTo(0.2, 1)
    expect(share('repeated')).toBeCloseTo(0.3, 1)
    expect(share('delayed')).toBeCloseTo(0.1, 1)
    expect(share('none')).toBeCloseTo(0.3, 1)
    for (const fault of deal(3)) if (fault.kind === 'delayed') expect(fault.ms).toBeLessThan(50)
  })
})

describe('createFaultList', () => {
  it('deals its faults to the methods it names, in order', () => {
    const plan = createFaultList([{ kind: 'lost' }, { kind: 'refused' }], ['runs.settle'])
    const dealt = ['runs.claim', 'runs.settle', 'runs.settle', 'runs.settle'].map(
      (name) => plan.next(name).kind,
    )
    expect(dealt).toEqual(['none', 'lost', 'refused', 'none'])
  })
})

/** A store of which only what is needed here answers, and what reached it. */
function storeBehind(faults: readonly Fault[]) {
  const sent: (CallKey | undefined)[] = []
  const jobs = {
    async get() {
      sent.push(undefined)
      return []
    },
    async releaseUniqueKeys(call: CallKey) {
      sent.push(call)
      return [true]
    },
  }
  const mailboxes = {
    async commit(call: CallKey) {
      sent.push(call)
      return { outcomes: [], ended: [] }
    },
  }
  const instances = { append: mailboxes.commit, collect: jobs.releaseUniqueKeys }
  const names = ['runs', 'schedules', 'events', 'leases', 'nodes', 'settings', 'inspector']
  const others = Object.fromEntries(names.map((name) => [name, {}]))
  const clock = createVirtualClock()
  const target = { ...others, jobs, mailboxes, instances } as unknown as Store
  return { store: withFaults(target, { plan: createFaultList(faults), clock }), sent, clock }
}

async function errorOf(reply: Promise<unknown>): Promise<StoreUnavailableError> {
  const error: unknown = await reply.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!StoreUnavailableError.is(error)) throw new Error('expected StoreUnavailableError')
  return error
}
