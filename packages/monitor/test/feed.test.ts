import { type Client, createClient } from '@dureq/client'
import { createDeferred, systemClock } from '@dureq/runtime'
import {
  type EventPosition,
  type EventsRole,
  type Store,
  StoreUnavailableError,
  silentLogger,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createFeed, type Feed, type FeedOptions } from '../src/feed/feed.ts'
import type { Frame, FrameType } from '../src/feed/frame.ts'
import type { Body } from './fixtures/api.ts'
import { stores } from './fixtures/stores.ts'

/** Someone who listens, and takes frames when the test says. */
interface Listener {
  readonly next: () => Promise<Frame>
  /** Everything until there was a frame about each of these jobs. */
  readonly until: (...ids: readonly (string | undefined)[]) => Promise<readonly Body[]>
  readonly leave: () => void
}

interface Rig {
  readonly store: Store
  readonly client: Client
  readonly feed: Feed
  /** The calls of the role `events`, by name. */
  readonly calls: string[]
  readonly listen: (options?: { after?: EventPosition; types?: readonly FrameType[] }) => Promise<Listener>
}

async function withFeed(
  store: Store,
  body: (rig: Rig) => Promise<void>,
  { events = store.events, ...options }: Partial<FeedOptions> = {},
): Promise<void> {
  const client = createClient({ store })
  const calls: string[] = []
  const noted: Pick<EventsRole, 'latest' | 'read' | 'subscribe'> = {
    latest: () => (calls.push('latest'), events.latest()),
    read: (...args) => (calls.push('read'), events.read(...args)),
    subscribe: (...args) => (calls.push('subscribe'), events.subscribe(...args)),
  }
  const feed = createFeed({ events: noted, clock: systemClock, logger: silentLogger, ...options })
  const leaving: (() => void)[] = []
  const listen: Rig['listen'] = async ({ after, types } = {}) => {
    const gone = new AbortController()
    leaving.push(() => gone.abort())
    const wanted = types && new Set(types)
    const pieces = await feed.listen({ after, types: wanted, signal: gone.signal })
    return createListener(pieces, () => gone.abort())
  }
  try {
    await body({ store, client, feed, calls, listen })
  } finally {
    for (const leave of leaving) leave()
    await feed.close()
    await client.close()
    await store.close()
  }
}

function createListener(pieces: AsyncIterable<readonly Frame[]>, leave: () => void): Listener {
  const frames: Frame[] = []
  const iterator = pieces[Symbol.asyncIterator]()
  const next = async (): Promise<Frame> => {
    while (frames.length === 0) {
      const step = await iterator.next()
      if (step.done === true) throw new Error('no more frames')
      frames.push(...step.value)
    }
    return frames.shift() as Frame
  }
  return {
    next,
    leave,
    until: async (...ids) => {
      const seen: Body[] = []
      const missing = new Set(ids)
      while (missing.size > 0) {
        seen.push(JSON.parse((await next()).json()))
        missing.delete(seen.at(-1).job_id)
      }
      return seen
    },
  }
}

/** Enqueues so many jobs one after the other; says their ids. */
async function enqueue(client: Client, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push((await client.enqueue('t')).id)
  return ids
}

/** The jobs of which these frames tell, sorted: there is one order for each job, not for all. */
const idsOf = (frames: readonly Body[]): string[] =>
  sorted(frames.filter(({ type }) => type === 'job.enqueued').map((frame) => frame.job_id))

const sorted = (ids: readonly (string | undefined)[]): string[] => ids.map(String).toSorted()

describe.each(Object.entries(stores))('the feed on %s', (_, openStore) => {
  it('is one subscription, however many listen', () =>
    withFeed(openStore(), async ({ client, calls, listen }) => {
      const listeners = await Promise.all(Array.from({ length: 50 }, () => listen()))
      const ids = await enqueue(client, 3)
      for (const { until } of listeners) expect(idsOf(await until(...ids))).toEqual(sorted(ids))
      const late = await listen()
      const [id] = await enqueue(client, 1)
      expect(idsOf(await late.until(id))).toEqual([id])
      expect(calls).toEqual(['latest', 'subscribe'])
    }))

  it('goes on after a position, from its ring or from the log', () =>
    withFeed(openStore(), async ({ store, client, calls, listen }) => {
      const start = await store.events.latest()
      const old = await enqueue(client, 3)
      const live = await listen()
      const [first, second] = await enqueue(client, 2)
      expect(idsOf(await live.until(first, second))).toEqual(sorted([first, second]))

      const fromLog = await listen({ after: start })
      const all = [...old, first, second]
      expect(idsOf(await fromLog.until(...all))).toEqual(sorted(all))
      const subscriptions = calls.filter((call) => call === 'subscribe').length
      expect(subscriptions).toBe(2)

      const [third] = await enqueue(client, 1)
      let frame = await live.next()
      while (JSON.parse(frame.json()).job_id !== third) frame = await live.next()
      const fromRing = await listen({ after: frame.position })
      const [fourth] = await enqueue(client, 1)
      for (const listener of [live, fromRing]) expect(idsOf(await listener.until(fourth))).toEqual([fourth])
      expect(idsOf(await fromLog.until(third, fourth))).toEqual(sorted([third, fourth]))
      expect(calls.filter((call) => call === 'subscribe')).toHaveLength(subscriptions)
    }))

  it('refuses a position that is none of the log, and one listener less is there', () =>
    withFeed(openStore(), async ({ feed, listen }) => {
      const failed = listen({ after: 'nonsense' })
      await expect(failed).rejects.toMatchObject({ code: 'validation' })
      expect(feed.listeners).toBe(1)
    }))

  it('tells whoever is behind the ring what he missed, and goes on', () =>
    withFeed(
      openStore(),
      async ({ client, listen }) => {
        const [slow, choosy, quick] = await Promise.all([
          listen(),
          listen({ types: ['job.enqueued'] }),
          listen(),
        ])
        const [begin] = await enqueue(client, 1)
        for (const { until } of [slow, choosy, quick]) await until(begin)
        const all: Body[] = []
        for (let i = 0; i < 20; i++) {
          const [id] = await enqueue(client, 1)
          all.push(...(await quick.until(id)))
        }
        const last = all.at(-1).job_id
        const seen = await slow.until(last)
        const gap = seen.findIndex(({ type }) => type === 'events.gap')
        expect(seen[gap]).toStrictEqual({
          type: 'events.gap',
          timestamp: expect.any(String),
          missed: expect.any(Number),
          position: expect.any(String),
        })
        expect(all.some(({ type }) => type === 'events.gap')).toBe(false)
        expect(seen.slice(0, gap)).toEqual(all.slice(0, gap))
        expect(seen.slice(gap + 1)).toEqual(all.slice(gap + seen[gap].missed))
        // How many of those missed would have been his nobody knows.
        const chosen = await choosy.until(last)
        const told = chosen.find(({ type }) => type === 'events.gap')
        expect(told).toStrictEqual({
          type: 'events.gap',
          timestamp: expect.any(String),
          position: expect.any(String),
        })
      },
      { ringFrames: 5 },
    ))
})

describe('the feed', () => {
  it('goes on where it stood when the store comes back', async () => {
    const store = (stores['SQLite in memory'] as () => Store)()
    const broken = createDeferred<void>()
    let state: 'well' | 'away' | 'back' = 'well'
    const events: FeedOptions['events'] = {
      latest: () => store.events.latest(),
      read: (...args) => store.events.read(...args),
      async *subscribe(...args) {
        for await (const delivery of state === 'away' ? [] : store.events.subscribe(...args)) {
          yield delivery
          if (state === 'well') break
        }
        if (state === 'well') state = 'away'
        broken.resolve()
        throw new StoreUnavailableError(false)
      },
    }
    await withFeed(
      store,
      async ({ client, listen }) => {
        const { until } = await listen()
        const [first] = await enqueue(client, 1)
        await until(first)
        await broken.promise
        const [second] = await enqueue(client, 1)
        state = 'back'
        expect(idsOf(await until(second))).toEqual([second])
      },
      { events },
    )
  })

  it('lets nobody in while the store is away, and begins anew afterwards', async () => {
    const store = (stores['SQLite in memory'] as () => Store)()
    let isAway = true
    const events: FeedOptions['events'] = {
      ...store.events,
      latest: async () => {
        if (isAway) throw new StoreUnavailableError(false)
        return store.events.latest()
      },
    }
    await withFeed(
      store,
      async ({ client, listen }) => {
        await expect(listen()).rejects.toThrow(StoreUnavailableError)
        isAway = false
        const { until } = await listen()
        const [id] = await enqueue(client, 1)
        expect(idsOf(await until(id))).toEqual([id])
      },
      { events },
    )
  })
})
