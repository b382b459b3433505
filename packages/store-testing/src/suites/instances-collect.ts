import { homePartition, partitionOf } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { claim } from '../fixtures/acts.ts'
import { append, appendOf } from '../fixtures/batches.ts'
import {
  collect,
  collected,
  fill,
  groupQueue,
  groupSetting,
  groupsOf,
  messagesOf,
  onlyGroup,
} from '../fixtures/groups.ts'
import { headOf, receive, receiveOne, remove } from '../fixtures/instances.ts'
import { allEvents } from '../fixtures/reads.ts'
import { sorted } from '../fixtures/sorted.ts'

const oddText = '{ "n": 1.50, "big": 12345678901234567890, "é": "\\u00e9|,:" }'

const GRACE_MS = groupSetting().gracePeriodMs

/** `instances.collect`: where messages for groups go, and by which settings. */
export function instancesCollectSuite(contract: Contract): void {
  collectSuite(contract)
  settingsSuite(contract)
}

function collectSuite(contract: Contract): void {
  describe('instances.collect', () => {
    contract('the first message creates the group, at the home of its name and type', async (bench) => {
      const { partitions } = await bench.store.inspector.info()
      for (let i = 0; i < 10; i++) {
        const group = `é/ü: ${i}`
        const now = bench.clock.now()
        const [outcome] = await collect(bench, [collected({ group, taskType: 'send.é' })])
        const id = outcome?.id ?? ''
        expect(outcome).toStrictEqual({ id, size: 1 })
        expect(await headOf(bench.store, id)).toStrictEqual({
          id,
          kind: 'group',
          name: group,
          status: 'running',
          version: 1,
          size: 1,
          state: '{}',
          input: '"send.é"',
          createdAt: now,
          updatedAt: now,
        })
        expect(partitionOf(id)).toBe(homePartition({ id: '', requestId: `${group}\nsend.é` }, partitions))
      }
    })

    contract('further ones join it, in order, and it grows', async (bench) => {
      const { group } = await fill(bench, 2)
      const before = await headOf(bench.store, group)
      await bench.clock.advanceBy(1_000)
      expect(await collect(bench, [collected(), collected()])).toStrictEqual([
        { id: group, size: 3 },
        { id: group, size: 4 },
      ])
      const updatedAt = bench.clock.now()
      expect(await headOf(bench.store, group)).toStrictEqual({ ...before, size: 4, updatedAt })
      expect(await groupsOf(bench)).toHaveLength(1)
    })

    contract(
      'keeps each message as a part: its id, when it came, its payload to the letter',
      async (bench) => {
        const big = JSON.stringify('é|,:\n'.repeat(40_000))
        const payloads = [oddText, '""', 'null', big]
        const lines: string[] = []
        let group = ''
        for (const payload of payloads) {
          const message = collected({ payload })
          lines.push(`["${message.id}",${bench.clock.now()},${payload}]`)
          group = (await collect(bench, [message]))[0]?.id ?? ''
          await bench.clock.advanceBy(7)
        }
        const names = ['m:0', 'm:1', 'm:2', 'm:3', 'm:4']
        const parts = await bench.store.mailboxes.parts(group, names)
        expect(parts.map((part) => part?.text)).toStrictEqual([...lines, undefined])
        expect(parts.map((part) => part?.name)).toStrictEqual(['m:0', 'm:1', 'm:2', 'm:3', undefined])
      },
    )

    contract('a group is per name and task type', async (bench) => {
      const pairs = [
        ['a', 'x'],
        ['a', 'y'],
        ['b', 'x'],
        ['a', 'x'],
        ['b', 'y'],
        ['A', 'x'],
        ['a', 'y'],
      ] as const
      const outcomes = await collect(
        bench,
        pairs.map(([group, taskType]) => collected({ group, taskType })),
      )
      expect(outcomes.map(({ size }) => size)).toStrictEqual([1, 1, 1, 2, 1, 1, 2])
      expect(new Set(outcomes.map(({ id }) => id)).size).toBe(5)
      const groups = (await groupsOf(bench)).map(({ name, input, size }) => `${name} ${input} ${size}`)
      expect(sorted(groups)).toStrictEqual(['A "x" 1', 'a "x" 2', 'a "y" 2', 'b "x" 1', 'b "y" 1'])
    })

    contract('tells no events, enqueues nothing and is no mail', async (bench) => {
      await fill(bench, 5)
      expect(await allEvents(bench.store)).toStrictEqual([])
      expect(await claim(bench)).toStrictEqual([])
      expect(await receive(bench, { queues: ['workflow', 'batch', 'group:'] })).toStrictEqual([])
    })

    contract('of no messages is nothing', async (bench) => {
      expect(await collect(bench, [])).toStrictEqual([])
      expect(await groupsOf(bench)).toStrictEqual([])
    })

    contract('is the only way into a group: remove and append do nothing to it', async (bench) => {
      const { group } = await fill(bench, 2)
      expect(await remove(bench, group)).toStrictEqual({ kind: 'refused', status: 'running' })
      expect((await append(bench, appendOf(group, [2, 1]))).kind).not.toBe('appended')
      expect(await messagesOf(bench, await onlyGroup(bench))).toHaveLength(2)
    })

    contract('thousands of groups in one call are each their own', async (bench) => {
      const messages = Array.from({ length: 2_000 }, (_, i) => collected({ group: `g${i % 1_000}` }))
      const outcomes = await collect(bench, messages)
      expect(outcomes.map(({ size }) => size)).toStrictEqual(messages.map((_, i) => (i < 1_000 ? 1 : 2)))
      expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1_000)
    })
  })
}

function settingsSuite(contract: Contract): void {
  describe('instances.collect and the settings', () => {
    contract('read at another version are stale, and nothing happens', async (bench) => {
      const { group } = await fill(bench, 1)
      const before = await onlyGroup(bench)
      const { settings } = await bench.store.settings.get()
      await bench.store.settings.put(bench.calls.next(), 0, { ...settings, groups: [groupSetting()] })
      const { version } = await bench.store.settings.get()
      for (const old of [0, version + 1]) {
        const order = [collected(), collected({ group: 'new' })]
        expect(await bench.store.instances.collect(bench.calls.next(), old, order)).toBe('stale')
        expect(await groupsOf(bench)).toStrictEqual([before])
      }
      expect(await bench.store.instances.collect(bench.calls.next(), version, [collected()])).toStrictEqual([
        { id: group, size: 2 },
      ])
    })

    contract('the mail waits in the queue of the setting', async (bench) => {
      const keys = ['mail:*', 'mail:*\nsend/ü', '']
      for (const [i, key] of keys.entries())
        await fill(bench, 1, () => collected({ group: `g${i}` }, { key }))
      await bench.clock.advanceBy(GRACE_MS)
      for (const [i, key] of keys.entries()) {
        const { head } = await receiveOne(bench, { queues: [`group:${key}`, 'group:none', 'batch'] })
        expect(head.name).toBe(`g${i}`)
      }
    })

    contract(
      'of the newest message decide when the group is cut, and where its mail waits',
      async (bench) => {
        const { group } = await fill(bench, 1)
        await collect(bench, [collected({}, { key: 'new', gracePeriodMs: 1_000 })])
        await bench.clock.advanceBy(1_000)
        expect(await receive(bench, groupQueue)).toStrictEqual([])
        expect((await receiveOne(bench, { queues: ['group:new'] })).head).toMatchObject({
          id: group,
          size: 2,
        })
      },
    )

    contract('that allow less than there is cut with the next message', async (bench) => {
      const { group } = await fill(bench, 5)
      expect(await collect(bench, [collected({}, { maxSize: 2 })])).toStrictEqual([{ id: group, size: 6 }])
      expect((await receiveOne(bench, groupQueue)).head).toMatchObject({ id: group, size: 6 })
      expect((await collect(bench, [collected({}, { maxSize: 2 })]))[0]).toMatchObject({ size: 1 })
    })
  })
}
