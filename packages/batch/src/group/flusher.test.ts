import { createCaller } from '@dureq/runtime'
import { createVirtualClock } from '@dureq/store-testing'
import {
  type GroupAggregator,
  type GroupSetting,
  groupDefaults,
  type InstanceCommit,
  type InstanceHead,
  type MailBag,
  type Part,
  type Store,
  silentLogger,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createFlusher } from './flusher.ts'
import { PARKED } from './group-steps.ts'

const settingOf = (group: string): GroupSetting => ({ key: group, group, ...groupDefaults })

/** A flusher for the groups `mine*` of a store in which every group has the messages 0, 1, ...; and what it commits. */
function createSubject(aggregator: GroupAggregator, { payloadLimit = 10_000 } = {}) {
  const clock = createVirtualClock({ start: 0 })
  const stopping = new AbortController()
  const commits: InstanceCommit[][] = []
  const log: string[] = []
  const mailboxes = {
    parts: async (_: string, names: readonly string[]): Promise<readonly (Part | undefined)[]> => {
      log.push(`parts ${names.length}`)
      return names.map((name) => ({ name, text: `["id",0,${name.slice('m:'.length)}]` }))
    },
    commit: async (_: unknown, steps: readonly InstanceCommit[]) => {
      commits.push([...steps])
      return { outcomes: steps.map(() => 'committed' as const), ended: [] }
    },
  }
  const flush = createFlusher({
    store: { mailboxes } as unknown as Store,
    nodeId: 'n',
    clock,
    random: () => 0,
    newId: () => 'job',
    logger: silentLogger,
    caller: createCaller(),
    onEnded: () => {},
    groups: new Map([['mine*', { setting: settingOf('mine*'), aggregator }]]),
    keeper: {
      keep: ({ id }) => {
        log.push(`keep ${id}`)
        return () => void log.push(`release ${id}`)
      },
    },
    timeoutMs: 1_000,
    stopping: stopping.signal,
    payloadLimit,
  })
  const settings = [settingOf('mine*'), settingOf('other')]
  return {
    flush: (bag: MailBag) => flush(bag, { storeNow: 5_000, nodeNow: 0, settings }),
    clock,
    commits,
    log,
    stopping,
  }
}

function bagOf(name: string, size = 3): MailBag {
  const head = {
    id: `id-${name}`,
    name,
    size,
    version: 1,
    status: 'running',
    state: '{}',
    input: '"sum"',
  } as InstanceHead
  return { head, messages: [{ kind: 'proceed', at: 0 }] }
}

const list: GroupAggregator = (_, payloads) => [...payloads]

describe('createFlusher', () => {
  it('makes one job of all messages, in order, and keeps the mail meanwhile', async () => {
    const { flush, commits, log } = createSubject(list)
    await flush(bagOf('mine1', 1_001))
    const [[step] = []] = commits
    expect(step).toMatchObject({ id: 'id-mine1', remove: true })
    expect(JSON.parse(step?.enqueue[0]?.payload ?? '')).toEqual(Array.from({ length: 1_001 }, (_, i) => i))
    expect(log).toEqual(['keep id-mine1', 'parts 500', 'parts 500', 'parts 1', 'release id-mine1'])
  })

  it('sends the steps of one tick together', async () => {
    const { flush, commits } = createSubject(list)
    await Promise.all([flush(bagOf('mine1')), flush(bagOf('mine2'))])
    expect(commits.map((steps) => steps.map(({ id }) => id))).toEqual([['id-mine1', 'id-mine2']])
  })

  it('passes groups of other aggregators on', async () => {
    const { flush, commits } = createSubject(list)
    await flush(bagOf('other'))
    expect(commits).toMatchObject([[{ queue: 'group:other', consumed: 0 }]])
  })

  it('parks groups of nobody, and says so', async () => {
    const { flush, commits } = createSubject(list)
    expect(await flush(bagOf('whose'))).toBe(true)
    expect(await flush(bagOf('mine1'))).toBe(false)
    expect(commits[0]).toMatchObject([{ queue: PARKED, consumed: 0, timers: [] }])
  })

  it.each<[string, GroupAggregator, string]>([
    ['throws', () => Promise.reject(new Error('boom')), 'boom'],
    ['makes no JSON', () => 1n as unknown as null, 'payload'],
    ['makes too much', () => 'x'.repeat(20_000), 'payload'],
  ])('keeps the messages when the aggregator %s', async (_, aggregator, error) => {
    const { flush, commits } = createSubject(aggregator)
    await flush(bagOf('mine1'))
    const [[step] = []] = commits
    expect(step?.remove).toBeUndefined()
    expect(step?.timers).toEqual([{ name: 'retry', dueAt: 6_000 }])
    expect(step?.events[0]?.error).toContain(error)
  })

  it('commits nothing when the node stops, and gives the mail up', async () => {
    const { flush, commits, log, stopping } = createSubject(() => new Promise(() => {}))
    const flushing = flush(bagOf('mine1'))
    stopping.abort(new Error('stopping'))
    await expect(flushing).rejects.toThrow('stopping')
    expect(commits).toEqual([])
    expect(log.at(-1)).toBe('release id-mine1')
  })
})
