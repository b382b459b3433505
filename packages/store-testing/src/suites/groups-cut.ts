import { partitionOf } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll } from '../fixtures/acts.ts'
import {
  collect,
  collected,
  fill,
  groupQueue,
  groupSetting,
  groupsOf,
  messagesOf,
} from '../fixtures/groups.ts'
import { headOf, mailRequest, receive, receiveOne, takeFrom } from '../fixtures/instances.ts'
import { sorted } from '../fixtures/sorted.ts'

const GRACE_MS = groupSetting().gracePeriodMs

/** When a group is cut: exactly at its size, or when its time is over. */
export function groupsCutSuite(contract: Contract): void {
  sizeSuite(contract)
  timeSuite(contract)
}

function sizeSuite(contract: Contract): void {
  describe('a group that is full', () => {
    for (const maxSize of [1, 3, 10_000]) {
      contract(`is cut exactly at ${maxSize}, and the next message begins another`, async (bench) => {
        const make = () => collected({}, { maxSize })
        const { group, messages } = await fill(bench, maxSize, make)
        const now = bench.clock.now()
        const bag = await receiveOne(bench, groupQueue)
        expect(bag.messages).toStrictEqual([{ kind: 'cut', at: now }])
        expect(bag.head).toStrictEqual({ ...(await headOf(bench.store, group)), size: maxSize, version: 1 })
        const [next] = await collect(bench, [make()])
        expect(next).toStrictEqual({ id: next?.id, size: 1 })
        expect(next?.id).not.toBe(group)
        expect(partitionOf(next?.id ?? '')).toBe(partitionOf(group))
        expect(await headOf(bench.store, group)).toStrictEqual(bag.head)
        expect(await messagesOf(bench, bag.head)).toStrictEqual(messages)
      })
    }

    contract('is cut in the middle of a call, as often as it must', async (bench) => {
      const messages = Array.from({ length: 11 }, () => collected({}, { maxSize: 3 }))
      const outcomes = await collect(bench, messages)
      expect(outcomes.map(({ size }) => size)).toStrictEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2])
      const ids = [...new Set(outcomes.map(({ id }) => id))]
      expect(ids).toHaveLength(4)
      const found: string[] = []
      for (const id of ids) found.push(...(await messagesOf(bench, await headOf(bench.store, id))))
      expect(found).toStrictEqual(messages.map(({ id }) => id))
      const bags = await receive(bench, groupQueue)
      expect(sorted(bags.map(({ head }) => head.id))).toStrictEqual(sorted(ids.slice(0, 3)))
    })

    contract('is cut exactly there by many calls at once', async (bench) => {
      const other = await bench.other()
      const messages = Array.from({ length: 1_000 }, () => collected({}, { maxSize: 7 }))
      const calls = Array.from({ length: 20 }, (_, lane) => {
        const store = lane % 2 === 0 ? bench.store : other
        const some = messages.slice(lane * 50, lane * 50 + 50)
        return store.instances.collect(bench.calls.lane(lane + 1).next(), 0, some)
      })
      const outcomes = (await Promise.all(calls)).flatMap((each) => (each === 'stale' ? [] : each))
      expect(new Set(outcomes.map(({ id, size }) => `${id} ${size}`)).size).toBe(1_000)
      const groups = await groupsOf(bench)
      expect(groups.map(({ size }) => size).sort((a, b) => b - a)).toStrictEqual([...Array(142).fill(7), 6])
      const found = (await Promise.all(groups.map((head) => messagesOf(bench, head)))).flat()
      expect(sorted(found)).toStrictEqual(sorted(messages.map(({ id }) => id)))
      expect(await receive(bench, { ...groupQueue, limit: 1_000 })).toHaveLength(142)
    })

    contract('is not cut again by its time', async (bench) => {
      const { group } = await fill(bench, 3, () => collected({}, { maxSize: 3 }))
      await bench.clock.advanceBy(60_000)
      await advanceAll(bench)
      expect(await takeFrom(bench, group, groupQueue)).toHaveLength(1)
      await bench.clock.advanceBy(60_000)
      await advanceAll(bench)
      expect(await takeFrom(bench, group, groupQueue)).toStrictEqual([])
    })
  })
}

function timeSuite(contract: Contract): void {
  describe('a group whose time is over', () => {
    for (const [name, move] of [
      ['advance', (bench: TimedBench) => advanceAll(bench)],
      ['receive', async () => {}],
    ] as const) {
      contract(`is cut by ${name}, when the grace period is over and not before`, async (bench) => {
        const { group } = await fill(bench, 2)
        await bench.clock.advanceBy(GRACE_MS - 1)
        await move(bench)
        expect(await receive(bench, groupQueue)).toStrictEqual([])
        await bench.clock.advanceBy(1)
        await move(bench)
        const at = bench.clock.now()
        const { head, messages } = await receiveOne(bench, groupQueue)
        expect(messages).toStrictEqual([{ kind: 'cut', at }])
        expect(head).toMatchObject({ id: group, size: 2, version: 1, status: 'running', updatedAt: at })
      })
    }

    contract('the grace period begins anew with every message', async (bench) => {
      const { group } = await fill(bench, 1)
      for (let i = 0; i < 3; i++) {
        await bench.clock.advanceBy(GRACE_MS - 1)
        await advanceAll(bench)
        expect(await collect(bench, [collected()])).toStrictEqual([{ id: group, size: i + 2 }])
      }
      await bench.clock.advanceBy(GRACE_MS - 1)
      expect(await receive(bench, groupQueue)).toStrictEqual([])
      await bench.clock.advanceBy(1)
      expect((await receiveOne(bench, groupQueue)).head).toMatchObject({ id: group, size: 4 })
    })

    contract('is cut at the longest delay after the first message, however many come', async (bench) => {
      const make = () => collected({}, { gracePeriodMs: 4_000, maxDelayMs: 10_000 })
      const { group } = await fill(bench, 1, make)
      const first = bench.clock.now()
      for (let i = 0; i < 3; i++) {
        await bench.clock.advanceBy(3_000)
        await advanceAll(bench)
        expect(await collect(bench, [make()])).toStrictEqual([{ id: group, size: i + 2 }])
      }
      await bench.clock.advanceBy(first + 10_000 - 1 - bench.clock.now())
      expect(await receive(bench, groupQueue)).toStrictEqual([])
      await bench.clock.advanceBy(1)
      expect((await receiveOne(bench, groupQueue)).messages).toStrictEqual([
        { kind: 'cut', at: first + 10_000 },
      ])
    })

    contract('takes no more: the next message begins another, with a time of its own', async (bench) => {
      const { group } = await fill(bench, 2)
      await bench.clock.advanceBy(GRACE_MS)
      await advanceAll(bench)
      const [next] = await collect(bench, [collected()])
      expect(next).toStrictEqual({ id: next?.id, size: 1 })
      expect(next?.id).not.toBe(group)
      expect(await takeFrom(bench, group, groupQueue)).toHaveLength(1)
      const nextAt = await nextOf(bench)
      expect(nextAt).toBe(bench.clock.now() - 1 + GRACE_MS)
      await bench.clock.advanceBy(GRACE_MS)
      expect((await receive(bench, groupQueue)).map(({ head }) => head.id)).toStrictEqual([next?.id])
    })

    contract('is told by `nextAt`, and counts as moved', async (bench) => {
      await fill(bench, 1)
      const dueAt = bench.clock.now() + GRACE_MS
      expect(await nextOf(bench)).toBe(dueAt)
      await bench.clock.advanceBy(GRACE_MS)
      expect(await bench.store.runs.advance(bench.calls.next(), 100)).toMatchObject({ moved: 1, ended: [] })
    })

    contract('with a grace period of 0 is cut at once', async (bench) => {
      const { group } = await fill(bench, 1, () => collected({}, { gracePeriodMs: 0 }))
      await advanceAll(bench)
      expect(await takeFrom(bench, group, groupQueue)).toHaveLength(1)
    })

    contract('of many, each is cut by its own', async (bench) => {
      for (let i = 0; i < 30; i++) {
        await collect(bench, [collected({ group: `g${i}` })])
        await bench.clock.advanceBy(100)
      }
      await bench.clock.advanceBy(GRACE_MS - 30 * 100)
      for (let i = 0; i < 30; i++) {
        const [bag, ...others] = await receive(bench, groupQueue)
        expect([bag?.head.name, others]).toStrictEqual([`g${i}`, []])
        await bench.clock.advanceBy(100)
      }
    })
  })
}

async function nextOf(bench: TimedBench): Promise<number | undefined> {
  const reply = await bench.store.mailboxes.receive(bench.calls.next(), mailRequest(groupQueue))
  expect(reply.bags).toStrictEqual([])
  return reply.nextAt
}
