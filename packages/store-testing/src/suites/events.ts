import type { EventDelivery, EventFilter, EventPosition, EventType, JobEvent } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import {
  add,
  addAll,
  advanceAll,
  claim,
  claimJobs,
  claimOne,
  handBack,
  obey,
  settle,
} from '../fixtures/acts.ts'
import { announce } from '../fixtures/handlers.ts'
import { begin, committed } from '../fixtures/instances.ts'
import { newJob } from '../fixtures/new-job.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { allEvents } from '../fixtures/reads.ts'

const WEEK_MS = 7 * 24 * 60 * 60 * 1000

/** The `events` role: the log, its readers and those who watch for ends. */
export function eventsSuite(contract: Contract): void {
  describe('events.read', () => {
    contract('an empty log has an end and no gap', async (bench) => {
      const page = await bench.store.events.read(undefined, {}, 10)
      expect(page).toStrictEqual({ events: [], position: page.position, gap: false, end: true })
    })

    contract('pages give every event once, in order, and the last one says so', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 250 }, () => ({})),
      )
      const seen: (string | undefined)[] = []
      let after: EventPosition | undefined
      for (let pages = 0; pages < 100; pages++) {
        const page = await bench.store.events.read(after, {}, 7)
        expect(page.events.length).toBeLessThanOrEqual(7)
        expect(page.gap).toBe(false)
        seen.push(...page.events.filter(isOfJob).map((event) => event.jobId))
        after = page.position
        if (page.end) break
        expect(page.events.length).toBeGreaterThan(0)
      }
      expect(seen).toStrictEqual(ids)
    })

    contract('a position taken at the end goes on with what comes later', async (bench) => {
      await addAll(bench, [{}, {}, {}])
      const { position } = await bench.store.events.read(undefined, {}, 1_000)
      const nothing = await bench.store.events.read(position, {}, 1_000)
      expect(nothing).toStrictEqual({ events: [], position: nothing.position, gap: false, end: true })
      const id = await add(bench)
      for (const after of [position, nothing.position]) {
        const page = await bench.store.events.read(after, {}, 1_000)
        expect(page.events.map((event) => event.jobId)).toStrictEqual([id])
        expect(page.end).toBe(true)
      }
    })

    contract('a position of an empty log does not miss the first event', async (bench) => {
      const { position } = await bench.store.events.read(undefined, {}, 10)
      const id = await add(bench)
      const page = await bench.store.events.read(position, {}, 10)
      expect(page.events.filter(isOfJob).map((event) => event.jobId)).toStrictEqual([id])
      expect(page.gap).toBe(false)
    })

    contract('filters by type, job and task type, each alone and together', async (bench) => {
      const [a, b] = await addAll(bench, [{ taskType: 'a' }, { taskType: 'b' }, { delayMs: 1 }])
      await settle(bench, succeeded(await claimOne(bench, { limit: 1 })))
      const read = async (filter: EventFilter) =>
        (await allEvents(bench.store, filter)).map((event) => [event.type, event.jobId])
      const ofA = ['job.enqueued', 'job.started', 'job.completed'].map((type) => [type, a])
      expect(await read({ types: ['job.enqueued'] })).toStrictEqual([
        ['job.enqueued', a],
        ['job.enqueued', b],
      ])
      expect(await read({ jobId: a })).toStrictEqual(ofA)
      expect(await read({ taskType: 'a' })).toStrictEqual(ofA)
      expect(await read({ types: ['job.completed', 'job.started'], taskType: 'a' })).toStrictEqual(
        ofA.slice(1),
      )
      expect(await read({ types: ['job.completed'], jobId: b })).toStrictEqual([])
      expect(await read({ types: [] })).toStrictEqual([])
      expect(await read({ taskType: 'none' })).toStrictEqual([])
    })

    contract('a page of a filter that fits nothing still moves on', async (bench) => {
      await addAll(
        bench,
        Array.from({ length: 30 }, () => ({})),
      )
      await obey(bench, { verb: 'cancel', id: await add(bench) })
      const found: JobEvent[] = []
      let after: EventPosition | undefined
      let pages = 0
      for (;;) {
        const page = await bench.store.events.read(after, { types: ['job.cancelled'] }, 5)
        found.push(...page.events)
        after = page.position
        pages++
        expect(pages).toBeLessThan(40)
        if (page.end) break
      }
      expect(found.map((event) => event.type)).toStrictEqual(['job.cancelled'])
      expect(pages).toBeGreaterThanOrEqual(6)
    })

    contract('events of the last 24 hours are kept', async (bench) => {
      const id = await add(bench)
      const { position } = await bench.store.events.read(undefined, {}, 10)
      await add(bench)
      await bench.clock.advanceBy(24 * 3_600_000 - 1)
      await advanceAll(bench)
      expect((await allEvents(bench.store))[0]?.jobId).toBe(id)
      const page = await bench.store.events.read(position, {}, 10)
      expect([page.gap, page.events.length]).toStrictEqual([false, 1])
    })

    contract('older ones go, and a reader that stood among them is told of the gap', async (bench) => {
      await addAll(bench, [{}, {}])
      const early = await bench.store.events.read(undefined, {}, 1)
      await bench.clock.advanceBy(WEEK_MS)
      await advanceAll(bench)
      expect(await allEvents(bench.store)).toStrictEqual([])
      const id = await add(bench)
      const page = await bench.store.events.read(early.position, {}, 10)
      expect(page.gap).toBe(true)
      expect(page.events.map((event) => event.jobId)).toStrictEqual([id])
      expect((await bench.store.events.read(page.position, {}, 10)).gap).toBe(false)
      expect((await bench.store.events.read(undefined, {}, 10)).gap).toBe(false)
    })

    contract('a reader that begins when everything has gone has no gap either', async (bench) => {
      await addAll(bench, [{}, {}])
      await bench.clock.advanceBy(WEEK_MS)
      await advanceAll(bench)
      const { position } = await bench.store.events.read(undefined, {}, 10)
      const id = await add(bench)
      const page = await bench.store.events.read(position, {}, 10)
      expect([page.gap, page.events.map((event) => event.jobId)]).toStrictEqual([false, [id]])
    })

    contract('a reader that has seen all that went has no gap', async (bench) => {
      await addAll(bench, [{}, {}])
      const { position } = await bench.store.events.read(undefined, {}, 10)
      await bench.clock.advanceBy(WEEK_MS)
      await advanceAll(bench)
      expect(await bench.store.events.read(position, {}, 10)).toMatchObject({
        events: [],
        gap: false,
        end: true,
      })
    })
  })

  describe('events.latest', () => {
    contract('is where one reads on with what comes later', async (bench) => {
      const empty = await bench.store.events.latest()
      const first = await add(bench)
      const between = await bench.store.events.latest()
      const second = await add(bench)
      const read = async (after: EventPosition) =>
        (await bench.store.events.read(after, {}, 100)).events.filter(isOfJob).map((event) => event.jobId)
      expect(await read(empty)).toStrictEqual([first, second])
      expect(await read(between)).toStrictEqual([second])
      expect(await read(await bench.store.events.latest())).toStrictEqual([])
    })

    contract('is the position a reader has at the end, also when everything has gone', async (bench) => {
      await addAll(bench, [{}, {}])
      const { position } = await bench.store.events.read(undefined, {}, 100)
      expect(await bench.store.events.latest()).toBe(position)
      await bench.clock.advanceBy(WEEK_MS)
      await advanceAll(bench)
      const latest = await bench.store.events.latest()
      expect(await bench.store.events.read(latest, {}, 100)).toMatchObject({ gap: false, position: latest })
    })
  })

  describe('a position that is none of the log', () => {
    contract('is refused', async ({ store }) => {
      const refused = expect.objectContaining({
        fields: [{ field: 'after', problem: 'is not a position of this event log' }],
      })
      const events = store.events.subscribe({}, { after: 'nonsense' })[Symbol.asyncIterator]()
      await expect(store.events.read('nonsense', {}, 10)).rejects.toThrow(refused)
      await expect(events.next()).rejects.toThrow(refused)
    })
  })

  describe('events.newest', () => {
    contract('gives the newest that fit, newest first', async (bench) => {
      await announce(bench, 'n1')
      await bench.clock.advanceBy(1)
      const ids = await addAll(
        bench,
        Array.from({ length: 150 }, (_, i) => ({ taskType: i % 2 ? 'odd' : 'even' })),
      )
      const newest = async (filter: EventFilter, limit: number, scan: number) =>
        (await bench.store.events.newest(filter, limit, scan)).map((event) => ids.indexOf(event.jobId ?? ''))
      expect(await newest({}, 3, 1_000)).toStrictEqual([149, 148, 147])
      expect(await newest({ taskType: 'even' }, 3, 1_000)).toStrictEqual([148, 146, 144])
      expect(await newest({}, 150, 1_000)).toStrictEqual(ids.map((_, i) => 149 - i))
      expect(await newest({ jobId: ids[100] as string }, 5, 1_000)).toStrictEqual([100])
      expect(await newest({ jobId: ids[100] as string }, 5, 10)).toStrictEqual([])
    })
  })

  describe('events.subscribe', () => {
    contract.inRealTime(
      'goes on where a reader stood: nothing is missed in between, nothing told twice',
      async (bench) => {
        await addAll(bench, [{}, {}])
        const { position } = await bench.store.events.read(undefined, {}, 10)
        const between = await addAll(bench, [{}, {}, {}])
        await withSubscription(bench, {}, { after: position }, async (next) => {
          const early = [await next(), await next()]
          const later = await addAll(bench, [{}, {}])
          const rest = [await next(), await next(), await next()]
          expect([...early, ...rest].map((event) => event.jobId)).toStrictEqual([...between, ...later])
        })
      },
    )

    contract.inRealTime('every delivery has a position to go on from', async (bench) => {
      await announce(bench, 'n1')
      const { position } = await bench.store.events.read(undefined, {}, 10)
      const ids = await addAll(
        bench,
        Array.from({ length: 5 }, () => ({})),
      )
      const positions: EventPosition[] = []
      await withSubscription(bench, {}, { after: position }, async (next) => {
        for (let i = 0; i < 5; i++) await next((delivery) => positions.push(delivery.position))
      })
      for (const [i, after] of positions.entries()) {
        const page = await bench.store.events.read(after, {}, 10)
        expect(page.events.map((event) => event.jobId)).toStrictEqual(ids.slice(i + 1))
      }
    })

    contract.inRealTime('without a position it begins now', async (bench) => {
      const before = await addAll(bench, [{}, {}, {}])
      await withSubscription(bench, {}, {}, async (next) => {
        const first = next()
        let arrived: JobEvent | undefined
        const added: string[] = []
        // It begins when the store has taken it up, which only a first event shows.
        while (arrived === undefined) {
          added.push(await add(bench))
          arrived = await Promise.race([first, turn()])
        }
        expect(before).not.toContain(arrived.jobId)
        const expected = added.slice(added.indexOf(arrived.jobId ?? '') + 1)
        for (const id of expected) expect((await next()).jobId).toBe(id)
      })
    })

    contract.inRealTime('delivers only what is of one workflow, if it is given', async (bench) => {
      const { position } = await bench.store.events.read(undefined, {}, 10)
      const [head, other] = [await begin(bench), await begin(bench)]
      await withSubscription(bench, { workflowId: head.id }, { after: position }, async (next) => {
        await committed(bench, other, { events: [{ type: 'workflow.retrying' }] })
        await committed(bench, head, { events: [{ type: 'workflow.task.dispatched', jobId: 'j' }] })
        const got = [await next(), await next()].map(({ type, workflowId }) => [type, workflowId])
        expect(got).toStrictEqual([
          ['workflow.started', head.id],
          ['workflow.task.dispatched', head.id],
        ])
      })
    })

    contract.inRealTime('delivers only what fits the filter, in order per job', async (bench) => {
      const { position } = await bench.store.events.read(undefined, {}, 10)
      const types: readonly EventType[] = ['job.started', 'job.completed']
      await withSubscription(bench, { types, taskType: 'a' }, { after: position }, async (next) => {
        const [id] = await addAll(bench, [{ taskType: 'a' }, { taskType: 'b' }])
        for (const lease of await claim(bench)) await settle(bench, succeeded(lease))
        const got = [await next(), await next()].map((event) => [event.type, event.jobId])
        expect(got).toStrictEqual(types.map((type) => [type, id]))
      })
    })

    contract.inRealTime('two subscribers get everything each, also on another handle', async (bench) => {
      const { position } = await bench.store.events.read(undefined, {}, 10)
      const other = { ...bench, store: await bench.other() }
      await withSubscription(bench, {}, { after: position }, (one) =>
        withSubscription(other, {}, { after: position }, async (two) => {
          const ids = await addAll(bench, [{}, {}])
          for (const next of [one, two]) {
            expect([(await next()).jobId, (await next()).jobId]).toStrictEqual(ids)
          }
        }),
      )
    })

    contract.inRealTime('ends when its signal aborts, while it waits and before it began', async (bench) => {
      const controller = new AbortController()
      const waiting = bench.store.events.subscribe({}, { signal: controller.signal })[Symbol.asyncIterator]()
      const next = waiting.next()
      controller.abort()
      expect((await next).done).toBe(true)
      const never = bench.store.events.subscribe({}, { signal: AbortSignal.abort() })[Symbol.asyncIterator]()
      expect((await never.next()).done).toBe(true)
    })

    contract.inRealTime('ends when its reader leaves it', async (bench) => {
      const { position } = await bench.store.events.read(undefined, {}, 10)
      const id = await add(bench)
      for await (const delivery of bench.store.events.subscribe({}, { after: position })) {
        expect(delivery).toMatchObject({ kind: 'event', event: { jobId: id } })
        break
      }
    })

    contract('a position that is gone gives one gap first', async (bench) => {
      await addAll(bench, [{}, {}])
      const { position } = await bench.store.events.read(undefined, {}, 1)
      await bench.clock.advanceBy(WEEK_MS)
      await advanceAll(bench)
      const ids = await addAll(bench, [{}, {}])
      const deliveries: EventDelivery[] = []
      for await (const delivery of bench.store.events.subscribe({}, { after: position })) {
        deliveries.push(delivery)
        if (deliveries.length === 3) break
      }
      expect(deliveries.map((delivery) => delivery.kind)).toStrictEqual(['gap', 'event', 'event'])
      const told = deliveries.flatMap((delivery) => (delivery.kind === 'event' ? [delivery.event.jobId] : []))
      expect(told).toStrictEqual(ids)
    })
  })

  describe('events.watch', () => {
    contract.inRealTime(
      'answers at once with the jobs that have ended and those that do not exist',
      async (bench) => {
        const [running, completed, cancelled] = await addAll(bench, [{}, {}, {}])
        const [, lease, other] = await claimJobs(bench, [running, completed, cancelled])
        await settle(bench, succeeded(lease))
        await handBack(bench, other)
        await obey(bench, { verb: 'cancel', id: cancelled })
        const unknown = newJob().id
        const outcomes = await bench.store.events.watch([running, completed, unknown, cancelled], {
          timeoutMs: 5_000,
        })
        expect([...outcomes].sort((a, b) => (a.state < b.state ? -1 : 1))).toStrictEqual([
          { id: cancelled, state: 'cancelled' },
          { id: completed, state: 'completed' },
          { id: unknown, state: 'unknown' },
        ])
      },
    )

    contract.inRealTime('resolves when the first of its jobs ends', async (bench) => {
      const [a, b] = await addAll(bench, [{}, {}])
      const watching = bench.store.events.watch([a, b], { timeoutMs: 4_000 })
      const [, lease] = await claimJobs(bench, [a, b])
      await settle(bench, succeeded(lease))
      expect(await watching).toStrictEqual([{ id: b, state: 'completed' }])
    })

    contract.inRealTime('every watcher is told, also on another handle', async (bench) => {
      const id = await add(bench)
      const other = await bench.other()
      const watching = [bench.store, other, bench.store].map((store) =>
        store.events.watch([id], { timeoutMs: 4_000 }),
      )
      await obey(bench, { verb: 'cancel', id })
      const told = [{ id, state: 'cancelled' }]
      expect(await Promise.all(watching)).toStrictEqual([told, told, told])
    })

    contract.inRealTime('a job that is removed in the step that ends it is told of too', async (bench) => {
      const id = await add(bench, { retainMs: 0 })
      const lease = await claimOne(bench)
      const watching = bench.store.events.watch([id], { timeoutMs: 4_000 })
      // The watcher may only come to look when the job is gone: then it was never seen.
      await settle(bench, succeeded(lease))
      const [outcome, ...rest] = await watching
      expect(rest).toStrictEqual([])
      expect(outcome?.id).toBe(id)
      expect(['completed', 'gone', 'unknown']).toContain(outcome?.state)
    })

    contract.inRealTime('is empty when the time is over, or its signal aborts', async (bench) => {
      const id = await add(bench)
      const watch = (timeoutMs: number, signal?: AbortSignal) =>
        bench.store.events.watch([id], { timeoutMs, ...(signal === undefined ? {} : { signal }) })
      expect(await watch(0)).toStrictEqual([])
      expect(await watch(20)).toStrictEqual([])
      expect(await watch(60_000, AbortSignal.abort())).toStrictEqual([])
      const controller = new AbortController()
      const watching = watch(60_000, controller.signal)
      controller.abort()
      expect(await watching).toStrictEqual([])
    })
  })
}

type Next = (look?: (delivery: EventDelivery) => void) => Promise<JobEvent>

/** Runs `body` with a function that awaits the next event of a subscription, and ends the subscription after it. */
async function withSubscription(
  bench: Bench,
  filter: EventFilter,
  from: { readonly after?: EventPosition },
  body: (next: Next) => Promise<void>,
): Promise<void> {
  const controller = new AbortController()
  const stream = bench.store.events.subscribe(filter, { ...from, signal: controller.signal })
  const deliveries = stream[Symbol.asyncIterator]()
  try {
    await body(async (look) => {
      const { value, done } = await deliveries.next()
      if (done || value.kind !== 'event')
        throw new Error(`expected an event, got ${done ? 'the end' : 'a gap'}`)
      look?.(value)
      return value.event
    })
  } finally {
    controller.abort()
    await deliveries.return?.()
  }
}

function turn(): Promise<undefined> {
  return new Promise((resolve) => {
    setImmediate(() => resolve(undefined))
  })
}

/** Nobody serves what these tests enqueue first, which is told as well. */
function isOfJob({ jobId }: JobEvent): boolean {
  return jobId !== undefined
}
