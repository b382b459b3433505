import { MAX_PENDING_SIGNALS, type PendingSignal, type Sending, SIGNAL_DEDUPE_MS } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract, TimedBench } from '../bench.ts'
import { advanceAll } from '../fixtures/acts.ts'
import {
  begin,
  commit,
  commitOf,
  committed,
  headOf,
  receiveOne,
  remove,
  send,
  sending,
  sent,
  take,
} from '../fixtures/instances.ts'
import { homeOf, newId } from '../fixtures/new-instance.ts'

/** What a signal carries besides its name. */
type Extras = Partial<Pick<PendingSignal, 'id' | 'payload' | 'dedupeKey'>>

/** Signals: sent once, read and acknowledged, consumed, carried on. */
export function signalsSuite(contract: Contract): void {
  describe('a signal that is sent', () => {
    contract('is a message and pending at once, to the letter', async (bench) => {
      const head = await begin(bench)
      await bench.clock.advanceBy(1_000)
      const now = bench.clock.now()
      const signal = {
        id: newId(),
        name: 'approve/ü: 1',
        payload: '{ "n": 1.50, "é": "\\u00e9" }',
        dedupeKey: 'k|,:\n',
      }
      await sent(bench, sending(head.id, { kind: 'signal', ...signal }))
      expect((await receiveOne(bench)).messages).toStrictEqual([{ kind: 'signal', ...signal, at: now }])
      expect(await pending(bench, head.id)).toStrictEqual([{ ...signal, sentAt: now }])
      expect(await bench.store.mailboxes.signalStats([head.id])).toStrictEqual([
        { pending: 1, oldestAt: now },
      ])
      expect(await headOf(bench.store, head.id)).toStrictEqual({ ...head, updatedAt: now })
    })

    contract('without payload and dedupe key has neither', async (bench) => {
      const { id } = await begin(bench)
      const signal = { id: newId(), name: 'go' }
      await sent(bench, sending(id, { kind: 'signal', ...signal }))
      const at = bench.clock.now()
      expect((await receiveOne(bench)).messages).toStrictEqual([{ kind: 'signal', ...signal, at }])
      expect(await pending(bench, id)).toStrictEqual([{ ...signal, sentAt: at }])
    })

    contract('stays pending when its message is consumed', async (bench) => {
      const { id } = await begin(bench)
      await signal(bench, id, 'go')
      expect(await take(bench, id)).toHaveLength(1)
      expect(await namesOf(bench, id)).toStrictEqual(['go'])
    })

    contract('to one that has ended is refused, and is not pending', async (bench) => {
      const head = await begin(bench)
      await committed(bench, head, { status: 'completed' })
      const order = signalTo(head.id, 'go', { dedupeKey: 'k' })
      expect(await send(bench, order)).toStrictEqual({ kind: 'refused', status: 'completed' })
      expect(await pending(bench, head.id)).toStrictEqual([])
      // The key was not used up.
      expect(await send(bench, { ...order, allowed: ['completed'] })).toStrictEqual({ kind: 'recorded' })
    })
  })

  describe('a dedupe key', () => {
    contract('lets one signal through for 30 days, also once it was acknowledged', async (bench) => {
      const { id } = await begin(bench)
      const first = signalTo(id, 'go', { dedupeKey: 'k' })
      await sent(bench, first)
      const [one] = await pending(bench, id)
      const again = () => signalTo(id, 'other', { dedupeKey: 'k', payload: '2' })
      expect(await send(bench, again())).toStrictEqual({ kind: 'duplicate' })
      expect(await pending(bench, id)).toStrictEqual([one])
      expect(await take(bench, id)).toHaveLength(1)
      await bench.store.mailboxes.acknowledge(bench.calls.next(), id, [one?.id ?? ''])
      const passed = bench.clock.now() - (one?.sentAt ?? 0)
      await bench.clock.advanceBy(SIGNAL_DEDUPE_MS - 1 - passed)
      await advanceAll(bench)
      expect(await send(bench, again())).toStrictEqual({ kind: 'duplicate' })
      expect(await take(bench, id)).toStrictEqual([])
      await bench.clock.advanceBy(1)
      await sent(bench, again())
      expect(await take(bench, id)).toMatchObject([{ name: 'other', payload: '2' }])
    })

    contract('counts from the signal that was recorded, not from its duplicates', async (bench) => {
      const { id } = await begin(bench)
      await sent(bench, signalTo(id, 'go', { dedupeKey: 'k' }))
      await bench.clock.advanceBy(SIGNAL_DEDUPE_MS / 2)
      expect(await send(bench, signalTo(id, 'go', { dedupeKey: 'k' }))).toStrictEqual({ kind: 'duplicate' })
      await bench.clock.advanceBy(SIGNAL_DEDUPE_MS / 2)
      await sent(bench, signalTo(id, 'go', { dedupeKey: 'k' }))
    })

    contract('works within one call, tells nothing twice, and is of one instance', async (bench) => {
      const [a, b] = [await begin(bench), await begin(bench)]
      const event = 'workflow.signal.received'
      const orders = [a, a, b].map(
        ({ id }): Sending => ({ ...signalTo(id, 'go', { dedupeKey: 'k' }), event }),
      )
      expect(await bench.store.instances.send(bench.calls.next(), orders)).toStrictEqual([
        { kind: 'recorded' },
        { kind: 'duplicate' },
        { kind: 'recorded' },
      ])
      const told = await bench.store.events.read(undefined, { types: [event] }, 10)
      expect(told.events.map(({ workflowId }) => workflowId)).toStrictEqual([a.id, b.id])
    })
  })

  describe('pending signals', () => {
    contract('are read oldest first, of one name if given, at most so many', async (bench) => {
      const { id } = await begin(bench)
      for (const [i, name] of ['a', 'b', 'a', 'c', 'a', 'b'].entries()) {
        await bench.clock.advanceBy(i % 2)
        await signal(bench, id, name, { payload: `${i}` })
      }
      const read = async (filter: { readonly name?: string; readonly limit: number }) =>
        (await bench.store.mailboxes.signals(id, filter)).map(({ payload }) => payload)
      expect(await read({ limit: 100 })).toStrictEqual(['0', '1', '2', '3', '4', '5'])
      expect(await read({ limit: 3 })).toStrictEqual(['0', '1', '2'])
      expect(await read({ name: 'a', limit: 100 })).toStrictEqual(['0', '2', '4'])
      expect(await read({ name: 'a', limit: 2 })).toStrictEqual(['0', '2'])
      expect(await read({ name: 'b', limit: 1 })).toStrictEqual(['1'])
      expect(await read({ name: 'none', limit: 100 })).toStrictEqual([])
    })

    contract('of an instance that is unknown are none', async (bench) => {
      const unknown = bench.idOf(bench.instance())
      const { id } = await begin(bench)
      expect(await pending(bench, unknown)).toStrictEqual([])
      expect(await bench.store.mailboxes.signalStats([unknown, id])).toStrictEqual([
        { pending: 0 },
        { pending: 0 },
      ])
      expect(await bench.store.mailboxes.acknowledge(bench.calls.next(), unknown, ['x'])).toStrictEqual([
        false,
      ])
    })

    contract('are counted per instance, with the time of the oldest', async (bench) => {
      const [a, b, c] = [await begin(bench), await begin(bench), await begin(bench)]
      const start = bench.clock.now()
      await signal(bench, a.id, 'x')
      await bench.clock.advanceBy(10)
      await signal(bench, b.id, 'x')
      await signal(bench, a.id, 'y')
      const stats = () => bench.store.mailboxes.signalStats([b.id, c.id, a.id])
      expect(await stats()).toStrictEqual([
        { pending: 1, oldestAt: start + 10 },
        { pending: 0 },
        { pending: 2, oldestAt: start },
      ])
      const [oldest] = await pending(bench, a.id)
      await bench.store.mailboxes.acknowledge(bench.calls.next(), a.id, [oldest?.id ?? ''])
      expect((await stats())[2]).toStrictEqual({ pending: 1, oldestAt: start + 10 })
    })

    contract('are at most so many; one more is full, until one is dealt with', async (bench) => {
      const { id } = await begin(bench)
      const orders = Array.from({ length: MAX_PENDING_SIGNALS }, (_, i) => signalTo(id, `n${i % 3}`))
      const outcomes = await bench.store.instances.send(bench.calls.next(), orders)
      expect(outcomes).toStrictEqual(orders.map(() => ({ kind: 'recorded' })))
      expect(await bench.store.mailboxes.signalStats([id])).toMatchObject([{ pending: MAX_PENDING_SIGNALS }])
      const more = signalTo(id, 'more', { dedupeKey: 'k' })
      const before = await headOf(bench.store, id)
      expect(await send(bench, { ...more, by: { who: 'ada' } })).toStrictEqual({ kind: 'full' })
      expect(await headOf(bench.store, id)).toStrictEqual(before)
      expect(await bench.store.inspector.audit(id)).toStrictEqual([])
      // No other message is kept out.
      await sent(bench, sending(id, { kind: 'cancel' }))
      const [oldest] = await bench.store.mailboxes.signals(id, { limit: 1 })
      await bench.store.mailboxes.acknowledge(bench.calls.next(), id, [oldest?.id ?? ''])
      expect(await send(bench, more)).toStrictEqual({ kind: 'recorded' })
      expect(await send(bench, signalTo(id, 'more'))).toStrictEqual({ kind: 'full' })
    })
  })

  describe('mailboxes.acknowledge', () => {
    contract('takes pending signals away, and says which were', async (bench) => {
      const { id } = await begin(bench)
      for (const name of ['a', 'b', 'c']) await signal(bench, id, name)
      const before = await headOf(bench.store, id)
      const [a, , c] = (await pending(bench, id)) as [PendingSignal, PendingSignal, PendingSignal]
      await bench.clock.advanceBy(1_000)
      const acknowledge = (ids: readonly string[]) =>
        bench.store.mailboxes.acknowledge(bench.calls.next(), id, ids)
      expect(await acknowledge([c.id, 'none', a.id, c.id])).toStrictEqual([true, false, true, false])
      expect(await namesOf(bench, id)).toStrictEqual(['b'])
      expect(await acknowledge([a.id])).toStrictEqual([false])
      expect(await acknowledge([])).toStrictEqual([])
      expect(await headOf(bench.store, id)).toStrictEqual(before)
    })

    contract('of one instance leaves those of another alone', async (bench) => {
      const [a, b] = [await begin(bench), await begin(bench)]
      await signal(bench, a.id, 'x')
      const [one] = await pending(bench, a.id)
      expect(
        await bench.store.mailboxes.acknowledge(bench.calls.next(), b.id, [one?.id ?? '']),
      ).toStrictEqual([false])
      expect(await namesOf(bench, a.id)).toStrictEqual(['x'])
    })
  })

  describe('signals a commit consumes', () => {
    contract('are taken away with it', async (bench) => {
      const { id } = await begin(bench)
      for (const name of ['a', 'b', 'c']) await signal(bench, id, name)
      const [a, , c] = (await pending(bench, id)) as [PendingSignal, PendingSignal, PendingSignal]
      await committed(bench, await headOf(bench.store, id), { consumed: 3, acknowledge: [c.id, a.id] })
      expect(await namesOf(bench, id)).toStrictEqual(['b'])
      expect(await take(bench, id)).toStrictEqual([])
    })

    contract('that a handler has acknowledged meanwhile make it a conflict', async (bench) => {
      const { id } = await begin(bench)
      for (const name of ['a', 'b']) await signal(bench, id, name)
      const [a, b] = (await pending(bench, id)) as [PendingSignal, PendingSignal]
      const { head } = await receiveOne(bench)
      await bench.store.mailboxes.acknowledge(bench.calls.next(), id, [b.id])
      const order = commitOf(head, { consumed: 2, acknowledge: [a.id, b.id], state: '"lost"' })
      expect(await commit(bench, order)).toBe('conflict')
      expect(await headOf(bench.store, id)).toStrictEqual(head)
      expect(await namesOf(bench, id)).toStrictEqual(['a'])
      expect((await receiveOne(bench, { nodeId: 'e2' })).messages).toHaveLength(2)
    })
  })

  describe('signals of an instance that is continued', () => {
    contract('become its successor’s, with their order, times and dedupe keys', async (bench) => {
      const { id } = await begin(bench)
      for (const name of ['a', 'b', 'c']) {
        await bench.clock.advanceBy(5)
        await signal(bench, id, name, { payload: `"${name}"`, dedupeKey: name })
      }
      const signals = await pending(bench, id)
      await take(bench, id)
      await bench.store.mailboxes.acknowledge(bench.calls.next(), id, [signals[1]?.id ?? ''])
      // One more comes after the engine has decided.
      const head = await headOf(bench.store, id)
      await signal(bench, id, 'late')
      const late = (await pending(bench, id)).at(-1)
      const next = await goOn(bench, head.id, head.version)

      expect(await pending(bench, next)).toStrictEqual([signals[0], signals[2], late])
      expect(await pending(bench, id)).toStrictEqual([])
      expect(await bench.store.mailboxes.signalStats([id, next])).toStrictEqual([
        { pending: 0 },
        { pending: 3, oldestAt: signals[0]?.sentAt },
      ])
      for (const dedupeKey of ['a', 'b', 'c']) {
        expect(await send(bench, signalTo(next, 'again', { dedupeKey }))).toStrictEqual({ kind: 'duplicate' })
      }
      expect((await take(bench, next)).map(({ kind }) => kind)).toStrictEqual(['started'])
      const [first] = await pending(bench, next)
      await committed(bench, await headOf(bench.store, next), { acknowledge: [first?.id ?? ''] })
      expect(await namesOf(bench, next)).toStrictEqual(['c', 'late'])
    })

    contract('keep the age of their dedupe keys, however often it goes on', async (bench) => {
      let { id } = await begin(bench)
      await signal(bench, id, 'a', { dedupeKey: 'k' })
      const recordedAt = bench.clock.now()
      for (let i = 0; i < 2; i++) {
        await bench.clock.advanceBy(SIGNAL_DEDUPE_MS / 3)
        id = await goOn(bench, id, (await headOf(bench.store, id)).version)
      }
      await bench.clock.advanceBy(recordedAt + SIGNAL_DEDUPE_MS - 1 - bench.clock.now())
      const again = () => signalTo(id, 'a', { dedupeKey: 'k' })
      expect(await send(bench, again())).toStrictEqual({ kind: 'duplicate' })
      await bench.clock.advanceBy(1)
      expect(await send(bench, again())).toStrictEqual({ kind: 'recorded' })
      expect(await namesOf(bench, id)).toStrictEqual(['a', 'a'])
    })

    contract('are its successor’s also when the one before is removed', async (bench) => {
      const { id, version } = await begin(bench)
      await signal(bench, id, 'a', { payload: '1', dedupeKey: 'k' })
      const signals = await pending(bench, id)
      const next = await goOn(bench, id, version)
      expect(await remove(bench, id)).toStrictEqual({ kind: 'done' })
      await advanceAll(bench)
      expect(await pending(bench, next)).toStrictEqual(signals)
      expect(await send(bench, signalTo(next, 'a', { dedupeKey: 'k' }))).toStrictEqual({ kind: 'duplicate' })
    })

    contract('sent to the one before are refused with the one that goes on', async (bench) => {
      const { id, version } = await begin(bench)
      const next = await goOn(bench, id, version)
      expect(await send(bench, signalTo(id, 'a'))).toStrictEqual({
        kind: 'refused',
        status: 'continued',
        continuedTo: next,
      })
    })
  })
}

function signalTo(to: string, name: string, extras: Extras = {}): Sending {
  return sending(to, { kind: 'signal', id: newId(), name, ...extras })
}

async function signal(bench: Bench, to: string, name: string, extras: Extras = {}): Promise<void> {
  await sent(bench, signalTo(to, name, extras))
}

function pending(bench: Bench, id: string): Promise<readonly PendingSignal[]> {
  return bench.store.mailboxes.signals(id, { limit: 1_000 })
}

async function namesOf(bench: Bench, id: string): Promise<string[]> {
  return (await pending(bench, id)).map(({ name }) => name)
}

/** Continues an instance as a new one, and answers with its id. */
async function goOn(bench: TimedBench, id: string, version: number): Promise<string> {
  const draft = bench.instance({ continuedFrom: id })
  const head = { ...(await headOf(bench.store, id)), version }
  await committed(bench, head, { status: 'continued', continuedTo: draft.id, create: [draft] })
  return homeOf(id, draft.id)
}
