import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { createFaultList } from '../faults/fault-plan.ts'
import { withFaults } from '../faults/with-faults.ts'
import { append, appendOf, batchQueue, beginBatch, createBatch, itemsFrom } from '../fixtures/batches.ts'
import { end, endedStatuses } from '../fixtures/ended-instances.ts'
import { commit, commitOf, createAll, headOf, receiveOne, remove, takeFrom } from '../fixtures/instances.ts'
import { freshHead, homeOf } from '../fixtures/new-instance.ts'
import { markedOf } from '../fixtures/parts.ts'
import { allEvents } from '../fixtures/reads.ts'

/** Batches that are created with their items, and such as are given more, piece by piece. */
export function instancesAppendSuite(contract: Contract): void {
  createSuite(contract)
  appendSuite(contract)
  refusalsSuite(contract)
}

function createSuite(contract: Contract): void {
  describe('instances.create with parts', () => {
    contract('writes parts, names and head in one step', async (bench) => {
      const draft = bench.instance({ kind: 'batch', name: 'mails', ...itemsFrom(0, 7) })
      const now = bench.clock.now()
      await createAll(bench, [draft])
      const id = bench.idOf(draft)
      const head = { ...freshHead(draft, now), id, kind: 'batch', size: 7 }
      expect(await headOf(bench.store, id)).toStrictEqual(head)
      await expectItems(bench, id, 7)
      expect(await receiveOne(bench, batchQueue)).toStrictEqual({
        head,
        messages: [{ kind: 'started', at: now }],
      })
    })

    contract('tells `batch.started`', async (bench) => {
      const id = await createBatch(bench, 2)
      const told = { type: 'batch.started', timestamp: bench.clock.now(), jobId: id }
      expect(await allEvents(bench.store)).toStrictEqual([told])
    })

    contract('keeps texts and names to the letter, and puts marks', async (bench) => {
      const text = '{ "n": 1.50, "big": 12345678901234567890, "é": "\\u00e9|,:" }'
      const names = ['é/ü: 1', '0', 'a b,c|d', '-']
      const parts = [
        { name: 'i:0', text, marks: { fresh: 4 } },
        { name: 'é|', text: '""', marks: { fresh: 2 } },
      ]
      const id = await createBatch(bench, 0, { parts, names })
      expect(await bench.store.mailboxes.parts(id, ['é|', 'i:0'])).toStrictEqual([
        { name: 'é|', text: '""' },
        { name: 'i:0', text },
      ])
      expect(await markedOf(bench, { id }, 'names')).toStrictEqual({ names, total: 4 })
      expect(await markedOf(bench, { id }, 'fresh')).toStrictEqual({ names: ['é|', 'i:0'], total: 2 })
    })

    contract('its repeat by request id writes nothing', async (bench) => {
      const id = await createBatch(bench, 2, { requestId: 'r', open: true })
      const again = bench.instance({ kind: 'batch', requestId: 'r', open: true, ...itemsFrom(0, 5) })
      expect(await createAll(bench, [again])).toStrictEqual([{ kind: 'repeated', id }])
      await expectItems(bench, id, 2)
    })

    contract('one that is open says so, and one that is not does not', async (bench) => {
      const [a, b] = [
        await createBatch(bench, 1, { open: true }),
        await createBatch(bench, 1, { open: false }),
      ]
      expect((await headOf(bench.store, a)).open).toBe(true)
      expect(await headOf(bench.store, b)).not.toHaveProperty('open')
    })

    contract('of 10,000 items is one step like any other', async (bench) => {
      const id = await createBatch(bench, 10_000)
      expect((await headOf(bench.store, id)).size).toBe(10_000)
      const { names, total } = await bench.store.mailboxes.marked(id, 'names', { limit: 2, offset: 9_990 })
      expect([names, total]).toStrictEqual([['i9990', 'i9991'], 10_000])
    })
  })
}

function appendSuite(contract: Contract): void {
  describe('instances.append', () => {
    contract('adds pieces behind each other, and tells nobody unless asked', async (bench) => {
      const head = await beginBatch(bench, 4, { open: true })
      const told = await allEvents(bench.store)
      await bench.clock.advanceBy(1_000)
      expect(await append(bench, appendOf(head.id, [4, 6]))).toStrictEqual({ kind: 'appended', size: 10 })
      expect(await append(bench, appendOf(head.id, [10, 1]))).toStrictEqual({ kind: 'appended', size: 11 })
      expect(await headOf(bench.store, head.id)).toStrictEqual({
        ...head,
        size: 11,
        updatedAt: bench.clock.now(),
      })
      await expectItems(bench, head.id, 11)
      expect(await takeFrom(bench, head.id, batchQueue)).toStrictEqual([])
      expect(await allEvents(bench.store)).toStrictEqual(told)
    })

    contract('with `tell` puts `appended` into the mailbox', async (bench) => {
      const head = await beginBatch(bench, 1, { open: true })
      await bench.clock.advanceBy(1_000)
      await append(bench, appendOf(head.id, [1, 2], { tell: true }))
      await append(bench, appendOf(head.id, [3, 2], { tell: true }))
      const at = bench.clock.now()
      const bag = await receiveOne(bench, batchQueue)
      expect(bag.messages).toStrictEqual([
        { kind: 'appended', size: 3, last: false, at },
        { kind: 'appended', size: 5, last: false, at },
      ])
      expect(bag.head).toMatchObject({ size: 5, open: true, version: head.version })
    })

    for (const tell of [true, false]) {
      contract(`the last closes the instance and is told, with tell ${tell}`, async (bench) => {
        const { id, version } = await beginBatch(bench, 1, { open: true })
        const last = appendOf(id, [1, 2], { last: true, tell })
        expect(await append(bench, last)).toStrictEqual({ kind: 'appended', size: 3 })
        const head = await headOf(bench.store, id)
        expect(head).not.toHaveProperty('open')
        expect(head).toMatchObject({ size: 3, version })
        const at = bench.clock.now()
        expect(await takeFrom(bench, id, batchQueue)).toStrictEqual([
          { kind: 'appended', size: 3, last: true, at },
        ])
      })
    }

    contract('the last may be empty, and the instance too', async (bench) => {
      const { id } = await beginBatch(bench, 0, { open: true })
      expect(await append(bench, appendOf(id, [0, 0], { last: true }))).toStrictEqual({
        kind: 'appended',
        size: 0,
      })
      expect(await takeFrom(bench, id, batchQueue)).toMatchObject([{ kind: 'appended', size: 0, last: true }])
    })

    contract('several in one call are done in order, each by itself', async (bench) => {
      const [a, b] = [await beginBatch(bench, 1, { open: true }), await beginBatch(bench, 1, { open: true })]
      const outcomes = await bench.store.instances.append(bench.calls.next(), [
        appendOf(a.id, [1, 2]),
        appendOf(b.id, [7, 2]),
        appendOf(a.id, [3, 2], { last: true }),
        appendOf(b.id, [1, 1]),
        appendOf(a.id, [5, 1]),
      ])
      expect(outcomes).toStrictEqual([
        { kind: 'appended', size: 3 },
        { kind: 'elsewhere', size: 1, open: true },
        { kind: 'appended', size: 5 },
        { kind: 'appended', size: 2 },
        { kind: 'elsewhere', size: 5, open: false },
      ])
      await expectItems(bench, a.id, 5)
      await expectItems(bench, b.id, 2)
    })

    contract('does not disturb an engine that is at it', async (bench) => {
      const { id } = await beginBatch(bench, 1, { open: true })
      await append(bench, appendOf(id, [1, 1], { tell: true }))
      const bag = await receiveOne(bench, batchQueue)
      await append(bench, appendOf(id, [2, 1], { tell: true }))
      expect(await commit(bench, commitOf(bag.head, { consumed: 1, state: '"on"' }))).toBe('committed')
      expect(await headOf(bench.store, id)).toMatchObject({ size: 3, open: true, state: '"on"' })
      expect(await takeFrom(bench, id, batchQueue)).toMatchObject([{ kind: 'appended', size: 3 }])
    })

    contract('a producer that was interrupted goes on from what is there', async (bench) => {
      const id = await createBatch(bench, 2, { requestId: 'r', open: true })
      const faults = [{ kind: 'lost' }, { kind: 'refused' }] as const
      const faulty = withFaults(bench.store, { plan: createFaultList(faults), clock: bench.clock })
      for (const order of [appendOf(id, [2, 3]), appendOf(id, [5, 3])]) {
        await expect(faulty.instances.append(bench.calls.next(), [order])).rejects.toThrow()
      }
      const draft = bench.instance({ kind: 'batch', requestId: 'r', open: true, ...itemsFrom(0, 2) })
      expect(await createAll(bench, [draft])).toStrictEqual([{ kind: 'repeated', id }])
      expect(await append(bench, appendOf(id, [2, 3]))).toStrictEqual({
        kind: 'elsewhere',
        size: 5,
        open: true,
      })
      const last = appendOf(id, [5, 3], { last: true })
      expect(await append(bench, last)).toStrictEqual({ kind: 'appended', size: 8 })
      expect(await append(bench, last)).toStrictEqual({ kind: 'elsewhere', size: 8, open: false })
      await expectItems(bench, id, 8)
    })

    contract('30,000 in pieces keep their places', async (bench) => {
      const { id } = await beginBatch(bench, 0, { open: true })
      for (let from = 0; from < 30_000; from += 10_000) await append(bench, appendOf(id, [from, 10_000]))
      const places = await bench.store.mailboxes.places(id, 'names', ['i29999', 'i0', 'i10000', 'i9999'])
      expect(places).toStrictEqual([29_999, 0, 10_000, 9_999])
    })
  })
}

function refusalsSuite(contract: Contract): void {
  describe('an append that does not fit', () => {
    contract('at another place is elsewhere, and changes nothing', async (bench) => {
      const head = await beginBatch(bench, 4, { open: true })
      for (const from of [0, 3, 5]) {
        expect(await append(bench, appendOf(head.id, [from, 2], { last: true }))).toStrictEqual({
          kind: 'elsewhere',
          size: 4,
          open: true,
        })
      }
      expect(await headOf(bench.store, head.id)).toStrictEqual(head)
      await expectItems(bench, head.id, 4)
    })

    contract('to one that is not open is elsewhere', async (bench) => {
      const head = await beginBatch(bench, 4)
      expect(await append(bench, appendOf(head.id, [4, 2]))).toStrictEqual({
        kind: 'elsewhere',
        size: 4,
        open: false,
      })
      expect(await headOf(bench.store, head.id)).toStrictEqual(head)
      await expectItems(bench, head.id, 4)
    })

    const twice = [
      { where: 'of the first piece', names: ['new', 'i1'], name: 'i1' },
      { where: 'of a later piece', names: ['i4', 'new'], name: 'i4' },
      { where: 'it has itself', names: ['new', 'é', 'new'], name: 'new' },
    ] as const
    for (const { where, names, name } of twice) {
      contract(`with a name ${where} is a duplicate, and changes nothing`, async (bench) => {
        const { id } = await beginBatch(bench, 3, { open: true })
        await append(bench, appendOf(id, [3, 2]))
        const before = await headOf(bench.store, id)
        const order = appendOf(id, [5, names.length], { names, last: true, tell: true })
        expect(await append(bench, order)).toStrictEqual({ kind: 'duplicate', name })
        expect(await headOf(bench.store, id)).toStrictEqual(before)
        await expectItems(bench, id, 5)
        expect(await bench.store.mailboxes.parts(id, ['i:5'])).toStrictEqual([undefined])
        expect(await takeFrom(bench, id, batchQueue)).toStrictEqual([])
        expect(await append(bench, appendOf(id, [5, 1]))).toStrictEqual({ kind: 'appended', size: 6 })
      })
    }

    for (const status of endedStatuses.filter((each) => each !== 'continued')) {
      contract(`to one that is ${status} is refused, and changes nothing`, async (bench) => {
        const head = await end(bench, await beginBatch(bench, 2, { open: true }), status)
        const refused = { kind: 'refused', status }
        expect(await append(bench, appendOf(head.id, [2, 2]))).toStrictEqual(refused)
        expect(await append(bench, appendOf(head.id, [7, 2], { last: true }))).toStrictEqual(refused)
        expect(await headOf(bench.store, head.id)).toStrictEqual(head)
        await expectItems(bench, head.id, 2)
        expect(await takeFrom(bench, head.id, batchQueue)).toStrictEqual([])
      })
    }

    contract('to none, or one that is removed, is unknown', async (bench) => {
      const head = await end(bench, await beginBatch(bench, 2, { open: true }), 'failed')
      expect(await remove(bench, head.id)).toStrictEqual({ kind: 'done' })
      for (const id of [head.id, homeOf(head.id, bench.instance().id)]) {
        expect(await append(bench, appendOf(id, [0, 2], { last: true }))).toStrictEqual({ kind: 'unknown' })
        expect(await append(bench, appendOf(id, [2, 2]))).toStrictEqual({ kind: 'unknown' })
      }
    })
  })

  describe('appends at the same time', () => {
    contract('of two producers only one has each place', async (bench) => {
      const { id } = await beginBatch(bench, 0, { open: true })
      const other = await bench.other()
      const piece = (lane: number) => {
        const names = Array.from({ length: 3 }, (_, i) => `p${lane}.${i}`)
        const order = appendOf(id, [0, 0], { names, parts: [{ name: 'i:0', text: `${lane}` }] })
        const store = lane % 2 === 0 ? bench.store : other
        return store.instances.append(bench.calls.lane(lane).next(), [order])
      }
      const outcomes = (await Promise.all([1, 2, 3, 4, 5, 6].map(piece))).flat()
      const winner = outcomes.findIndex(({ kind }) => kind === 'appended') + 1
      expect(outcomes.filter(({ kind }) => kind === 'elsewhere')).toHaveLength(5)
      expect(await markedOf(bench, { id }, 'names')).toStrictEqual({
        names: [0, 1, 2].map((i) => `p${winner}.${i}`),
        total: 3,
      })
      expect(await bench.store.mailboxes.parts(id, ['i:0'])).toStrictEqual([
        { name: 'i:0', text: `${winner}` },
      ])
    })
  })
}

/** Proves that a batch has these items and no more, at their places. */
async function expectItems(bench: TimedBench, id: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, i) => `i${i}`)
  expect(await markedOf(bench, { id }, 'names')).toStrictEqual({ names, total: count })
  expect(await bench.store.mailboxes.places(id, 'names', [...names, `i${count}`])).toStrictEqual([
    ...names.map((_, place) => place),
    undefined,
  ])
  const [first] = await bench.store.mailboxes.parts(id, ['i:0'])
  if (count > 0) expect((JSON.parse(first?.text ?? '') as string[])[0]).toBe('i0')
}
