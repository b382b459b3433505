import { createDeferred, type Deferred } from '@dureq/runtime'
import { type CallKey, type LeaseRef, type SettleReply, StoreUnavailableError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createTestTools } from '../test/fixtures/tools.ts'
import { pass, settled, turn } from '../test/fixtures/turns.ts'
import { createCourier, type Parcel } from './courier.ts'

type TestParcel = Parcel<LeaseRef>

const parcel = (name: string, until: number = 1_000_000): TestParcel => ({
  item: { firingId: name, token: `t-${name}` },
  until,
})

interface Call {
  readonly key: CallKey
  readonly names: readonly string[]
}

/** A courier to a store that answers as `answer` says; by default it settles everything. */
function createSubject(answer: (call: Call, n: number) => Promise<void> = async () => {}) {
  const tools = createTestTools({})
  const calls: Call[] = []
  const delivered: string[] = []
  /** How much was undelivered each time it told that this had become less. */
  const relieved: number[] = []
  const courier = createCourier<LeaseRef, TestParcel>({
    ...tools,
    send: async (key, items) => {
      const call = { key, names: items.map((item) => item.firingId) }
      calls.push(call)
      await answer(call, calls.length)
      return { outcomes: items.map(() => 'settled'), ended: [] } satisfies SettleReply
    },
    onDelivered: (parcels) => void delivered.push(...parcels.map((each) => each.item.firingId)),
    onRelieved: () => void relieved.push(courier.undelivered),
  })
  return { ...tools, courier, calls, delivered, relieved, names: () => calls.map((call) => call.names) }
}

const away = new StoreUnavailableError(true)
const never = new AbortController().signal

describe('createCourier', () => {
  it('sends what was added in one call, in the tick of the flush', async () => {
    const { courier, names, delivered, relieved } = createSubject()
    courier.add(parcel('a'))
    courier.add(parcel('b'))
    expect([courier.undelivered, names()]).toEqual([2, []])
    courier.flush()
    expect(names()).toEqual([['a', 'b']])
    await courier.idle(never)
    expect([courier.undelivered, delivered, relieved]).toEqual([0, ['a', 'b'], [0]])
    courier.flush()
    expect(names()).toHaveLength(1)
  })

  it('gathers what comes while enough calls are under way, and sends it as one', async () => {
    const answers: Deferred<void>[] = []
    const { courier, names } = createSubject(() => {
      const answer = createDeferred<void>()
      answers.push(answer)
      return answer.promise
    })
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
      courier.add(parcel(name))
      courier.flush()
    }
    expect(names()).toEqual([['a'], ['b'], ['c'], ['d']])
    answers[2]?.resolve()
    await settled(() => names().length === 5)
    expect(names()[4]).toEqual(['e', 'f', 'g'])
    for (const answer of answers) answer.resolve()
    await courier.idle(never)
  })

  it('cuts what is too much for one call', async () => {
    const { courier, names } = createSubject()
    for (let i = 0; i < 2_500; i++) courier.add(parcel(`${i}`))
    courier.flush()
    await courier.idle(never)
    expect(names().map((each) => each.length)).toEqual([1_000, 1_000, 500])
  })

  it('repeats a call under its key while the store is away', async () => {
    const { courier, calls, clock, delivered } = createSubject(async (_, n) => {
      if (n < 3) throw away
    })
    courier.add(parcel('a'))
    courier.flush()
    await pass(clock, 1_000)
    expect(delivered).toEqual(['a'])
    expect(new Set(calls.map((call) => call.key.number)).size).toBe(1)
  })

  it('goes on under another key when the store may have forgotten the first', async () => {
    let present = false
    const { courier, calls, clock, delivered } = createSubject(async () => {
      if (!present) throw away
    })
    courier.add(parcel('a', 60 * 60_000))
    courier.flush()
    await pass(clock, 10 * 60_000)
    present = true
    await pass(clock, 10_000)
    expect(delivered).toEqual(['a'])
    expect(new Set(calls.map((call) => call.key.number)).size).toBe(2)
  })

  it('gives up once the lease is surely lost, and says so', async () => {
    const { courier, clock, logger } = createSubject(() => Promise.reject(away))
    courier.add(parcel('a', 5_000))
    courier.flush()
    await pass(clock, 4_000)
    expect(courier.undelivered).toBe(1)
    await pass(clock, 2_000)
    expect(courier.undelivered).toBe(0)
    const dropped = logger.lines.filter((line) => line.level === 'error')
    expect(dropped.map((line) => line.fields.firingId)).toEqual(['a'])
  })

  it('sends each by itself when a batch is refused, so that one cannot hold up the others', async () => {
    const { courier, clock, delivered, logger } = createSubject(async ({ names }) => {
      if (names.includes('bad')) throw new Error('cannot take this')
    })
    for (const name of ['a', 'bad', 'c']) courier.add(parcel(name, 5_000))
    courier.flush()
    await pass(clock, 10_000)
    expect(delivered).toEqual(['a', 'c'])
    expect(logger.lines.at(-1)?.fields.firingId).toBe('bad')
    expect(courier.undelivered).toBe(0)
  })

  it('survives a listener that throws', async () => {
    const tools = createTestTools({})
    const courier = createCourier<LeaseRef, TestParcel>({
      ...tools,
      send: async (_, items) => ({ outcomes: items.map(() => 'settled'), ended: [] }),
      onDelivered: () => {
        throw new Error('bug')
      },
      onRelieved: () => {},
    })
    courier.add(parcel('a'))
    courier.flush()
    await courier.idle(never)
    expect(tools.logger.lines.map((line) => line.level)).toEqual(['error'])
  })

  it('stops waiting to be idle when its signal aborts', async () => {
    const { courier } = createSubject(() => new Promise(() => {}))
    courier.add(parcel('a'))
    courier.flush()
    const controller = new AbortController()
    const idle = courier.idle(controller.signal)
    controller.abort()
    await idle
    expect(courier.undelivered).toBe(1)
  })

  it('gives up at once what it cannot deliver when it is closed', async () => {
    const { courier, logger, relieved } = createSubject(() => Promise.reject(away))
    courier.add(parcel('a'))
    courier.flush()
    await turn()
    courier.add(parcel('b'))
    courier.close()
    await courier.idle(never)
    expect(relieved).toEqual([0])
    const dropped = logger.lines.filter((line) => line.level === 'error')
    expect(dropped.map((line) => line.fields.firingId)).toEqual(['a', 'b'])
  })
})
