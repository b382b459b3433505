import type { EnqueueOutcome, NewJob } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import {
  add,
  addAll,
  advanceAll,
  claim,
  claimOne,
  created,
  handBack,
  obey,
  settle,
} from '../fixtures/acts.ts'
import { jobEvent } from '../fixtures/expected.ts'
import { claimed, configureType, idsOf, typeOf } from '../fixtures/flow.ts'
import { begin, enqueueMembers, take } from '../fixtures/instances.ts'
import { keyed, times } from '../fixtures/keys.ts'
import { newJob } from '../fixtures/new-job.ts'
import { failed, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, everyMinute, fireTimes, MINUTE } from '../fixtures/schedules.ts'

const dropped = 'dropped: queue full'

/** `maxDepth` of a task type: how many of its jobs may wait when a new one is enqueued. */
export function flowDepthSuite(contract: Contract): void {
  describe('maxDepth', () => {
    contract('refuses what is beyond it, one by one, and stores nothing of it', async (bench) => {
      await limit(bench, 2)
      const drafts = times(4, {}).map((draft, i) => bench.draft({ ...draft, tags: ['t'], payload: `${i}` }))
      const [a, b, c, d] = drafts.map((draft) => bench.idOf(draft))
      const full = { kind: 'full', limit: bench.share(2) }
      expect(await bench.store.jobs.enqueue(bench.calls.next(), drafts)).toStrictEqual([
        created(a),
        created(b),
        { ...full, id: c },
        { ...full, id: d },
      ])
      expect(await bench.store.jobs.get([c as string, d as string])).toStrictEqual([undefined, undefined])
      expect(await eventsOf(bench.store, c as string)).toStrictEqual([])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 2 })
      expect(await typeOf(bench)).toMatchObject({ waiting: 2, maxDepth: bench.share(2) })
    })

    contract('keeps neither unique key nor request id of what it refuses', async (bench) => {
      await limit(bench, 1)
      await add(bench, keyed(bench, { a: 1 }))
      const draft = bench.draft(keyed(bench, { a: 1 }, { uniqueKey: 'u', requestId: 'r' }))
      expect(await enqueue(bench, draft)).toMatchObject({ kind: 'full' })
      expect(await bench.store.jobs.lookupUniqueKeys(['u'])).toStrictEqual([undefined])
      await claimOne(bench)
      expect(await enqueue(bench, draft)).toStrictEqual(created(bench.idOf(draft)))
    })

    contract('a repeat under the same call key gives the same answer', async (bench) => {
      await limit(bench, 1)
      const drafts = [bench.draft(), bench.draft()]
      const call = bench.calls.lane(3).next()
      const first = await bench.store.jobs.enqueue(call, drafts)
      await claimOne(bench)
      expect(await bench.store.jobs.enqueue(call, drafts)).toStrictEqual(first)
    })

    contract('what is known already is repeated or a duplicate, not full', async (bench) => {
      await limit(bench, 1)
      const draft = bench.draft({ uniqueKey: 'u', requestId: 'r' })
      const id = bench.idOf(draft)
      expect(await enqueue(bench, draft)).toStrictEqual(created(id))
      expect(await enqueue(bench, draft)).toStrictEqual({ kind: 'repeated', id })
      expect(await enqueue(bench, bench.draft({ uniqueKey: 'u' }))).toStrictEqual({ kind: 'duplicate', id })
    })

    contract(
      'counts what waits: neither running nor delayed, retrying, paused and ended jobs',
      async (bench) => {
        const [running, retrying, paused] = await addAll(bench, [{}, {}, {}])
        await obey(bench, { verb: 'pause', id: paused })
        const leases = await claim(bench)
        expect(idsOf(leases)).toStrictEqual([running, retrying])
        await settle(bench, failed(leases[1] as NonNullable<(typeof leases)[1]>, 60_000))
        await add(bench, { delayMs: 60_000 })
        await limit(bench, 1)
        await add(bench)
        expect(await enqueue(bench, bench.draft())).toMatchObject({ kind: 'full' })
      },
    )

    contract('counts every tier, version and key of the type, and no other type', async (bench) => {
      await limit(bench, 3)
      await addAll(bench, [{ priority: 9 }, { version: '2' }, keyed(bench, { a: 1 })])
      expect(await enqueue(bench, bench.draft({ priority: 1 }))).toMatchObject({ kind: 'full' })
      await add(bench, { taskType: 'other' })
    })

    contract('lets in delayed and recurring jobs, which do not wait', async (bench) => {
      await limit(bench, 1)
      await add(bench)
      await add(bench, { delayMs: 1_000 })
      await addRecurring(bench)
    })

    contract(
      'lets in what was accepted before: due, retried, resumed, handed back, firings',
      async (bench) => {
        const recurring = await addRecurring(bench, everyMinute())
        const [a, b, c, d] = await addAll(bench, [{}, {}, {}, { delayMs: MINUTE }])
        const [first, second] = await claim(bench, { limit: 2 })
        await obey(bench, { verb: 'pause', id: c })
        await limit(bench, 1)
        await add(bench)
        await settle(bench, failed(first as NonNullable<typeof first>, 0))
        await handBack(bench, second as NonNullable<typeof second>)
        await obey(bench, { verb: 'resume', id: c })
        await bench.clock.advanceBy(MINUTE)
        await advanceAll(bench)
        await fireTimes(bench, recurring, 1)
        const ids = await claimed(bench)
        for (const id of [a, b, c, d, recurring.id]) expect(ids).toContain(id)
      },
    )

    contract('lets in members of instances', async (bench) => {
      await limit(bench, 1)
      await add(bench)
      const head = await begin(bench)
      await enqueueMembers(bench, head, times(3, {}))
      expect(await claimed(bench)).toHaveLength(4)
    })

    contract('there is room again when something is claimed, cancelled or paused', async (bench) => {
      await limit(bench, 1)
      const first = await add(bench)
      await obey(bench, { verb: 'cancel', id: first })
      const second = await add(bench)
      await obey(bench, { verb: 'pause', id: second })
      await add(bench)
      await claimOne(bench)
      await add(bench)
      expect(await enqueue(bench, bench.draft())).toMatchObject({ kind: 'full' })
    })

    contract('lowered keeps what waits; raised or taken away lets in more', async (bench) => {
      await limit(bench, 5)
      await addAll(bench, times(4, {}))
      await limit(bench, 2)
      expect(await enqueue(bench, bench.draft())).toMatchObject({ kind: 'full' })
      expect((await typeOf(bench)).waiting).toBe(4)
      await limit(bench, 5)
      await add(bench)
      expect(await enqueue(bench, bench.draft())).toMatchObject({ kind: 'full' })
      await configureType(bench, 'plain')
      await add(bench)
    })

    contract('leaves nothing behind', async (bench) => {
      await limit(bench, 1)
      await add(bench)
      await enqueue(bench, bench.draft({ uniqueKey: 'u', tags: ['t'] }))
      await limit(bench, 1, 'drop-oldest')
      await enqueue(bench, bench.draft())
      await removeEverything(bench)
    })
  })

  describe('maxDepth with drop-oldest', () => {
    contract('the head of the line goes for the new one, and says so', async (bench) => {
      await limit(bench, 2, 'drop-oldest')
      const [first, second] = await addAll(bench, [{}, {}])
      await bench.clock.advanceBy(10)
      const now = bench.clock.now()
      const draft = bench.draft()
      const id = bench.idOf(draft)
      const ended = {
        firingId: first,
        jobId: first,
        taskType: 'plain',
        status: 'cancelled',
        attempt: 0,
        error: dropped,
      }
      expect(await enqueue(bench, draft)).toStrictEqual({
        kind: 'created',
        id,
        createdAt: now,
        dropped: ended,
      })
      expect(await jobOf(bench.store, first)).toMatchObject({
        status: 'cancelled',
        updatedAt: now,
        result: { status: 'cancelled', error: dropped },
      })
      expect((await eventsOf(bench.store, first)).at(-1)).toStrictEqual(
        jobEvent('job.cancelled', { jobId: first, timestamp: now, attempt: 0, error: dropped }),
      )
      expect(await claimed(bench)).toStrictEqual([second, id])
    })

    contract('several in one call drop several, in order', async (bench) => {
      await limit(bench, 2, 'drop-oldest')
      const [first, second] = await addAll(bench, [{}, {}])
      const drafts = times(3, {}).map((draft) => bench.draft(draft))
      const ids = drafts.map((draft) => bench.idOf(draft))
      const outcomes = await bench.store.jobs.enqueue(bench.calls.next(), drafts)
      expect(outcomes.map(droppedOf)).toStrictEqual([first, second, ids[0]])
      expect(await claimed(bench)).toStrictEqual(ids.slice(1))
    })

    contract('its own line first, else the next line of its type', async (bench) => {
      await limit(bench, 2, 'drop-oldest')
      const [low, high] = await addAll(bench, [{ priority: 1 }, { priority: 9 }])
      const draft = bench.draft({ priority: 9 })
      expect(droppedOf(await enqueue(bench, draft))).toBe(high)
      const other = droppedOf(await enqueue(bench, bench.draft({ priority: 5 })))
      expect([low, bench.idOf(draft)]).toContain(other)
      expect((await typeOf(bench)).waiting).toBe(2)
    })

    contract('also one that waits for a full key', async (bench) => {
      await add(bench, keyed(bench, { a: 1 }))
      const lease = await claimOne(bench)
      await limit(bench, 2, 'drop-oldest')
      const [first, second] = await addAll(bench, times(2, keyed(bench, { a: 1 })))
      const third = bench.draft(keyed(bench, { a: 1 }))
      expect(droppedOf(await enqueue(bench, third))).toBe(first)
      await settle(bench, succeeded(lease))
      expect(await claimed(bench)).toStrictEqual([second])
    })

    contract('a member that goes is told to its instance', async (bench) => {
      const head = await begin(bench)
      const [member] = await enqueueMembers(bench, head, [{}])
      await limit(bench, 1, 'drop-oldest')
      expect(droppedOf(await enqueue(bench, bench.draft()))).toBe(member)
      expect(await take(bench, head.id)).toMatchObject([
        { kind: 'jobEnded', jobId: member, status: 'cancelled', error: dropped },
      ])
    })

    contract('frees the unique key of what goes', async (bench) => {
      const id = await add(bench, keyed(bench, { a: 1 }, { uniqueKey: 'u' }))
      await limit(bench, 1, 'drop-oldest')
      expect(droppedOf(await enqueue(bench, bench.draft(keyed(bench, { a: 1 }))))).toBe(id)
      expect(await bench.store.jobs.lookupUniqueKeys(['u'])).toStrictEqual([undefined])
    })
  })

  describe('jobs.awaitRoom', () => {
    contract.inRealTime('is true at once without a limit and with room', async (bench) => {
      expect(await bench.store.jobs.awaitRoom('plain', { timeoutMs: 5_000 })).toBe(true)
      await limit(bench, 1)
      expect(await bench.store.jobs.awaitRoom('plain', { timeoutMs: 5_000 })).toBe(true)
    })

    contract.inRealTime('is false when the time is over or the signal aborts', async (bench) => {
      await limit(bench, 1)
      await fill(bench)
      expect(await bench.store.jobs.awaitRoom('plain', { timeoutMs: 50 })).toBe(false)
      const controller = new AbortController()
      const waiting = bench.store.jobs.awaitRoom('plain', { timeoutMs: 20_000, signal: controller.signal })
      controller.abort()
      expect(await waiting).toBe(false)
      const aborted = AbortSignal.abort()
      expect(await bench.store.jobs.awaitRoom('plain', { timeoutMs: 20_000, signal: aborted })).toBe(false)
    })

    const acts: Readonly<Record<string, (bench: Bench, ids: readonly string[]) => Promise<unknown>>> = {
      'a claim': (bench) => claim(bench),
      'a cancel': (bench, ids) => obeyAll(bench, 'cancel', ids),
      'a pause': (bench, ids) => obeyAll(bench, 'pause', ids),
      'a raised limit': (bench) => limit(bench, 3),
      'a limit taken away': (bench) => configureType(bench, 'plain'),
    }
    for (const [name, act] of Object.entries(acts)) {
      contract.inRealTime(`is true as soon as ${name} makes room`, async (bench) => {
        await limit(bench, 1)
        const ids = await fill(bench)
        const waiting = bench.store.jobs.awaitRoom('plain', { timeoutMs: 20_000 })
        await act(bench, ids)
        expect(await waiting).toBe(true)
        await add(bench)
      })
    }

    contract.inRealTime('also when another handle makes it', async (bench) => {
      await limit(bench, 1)
      const ids = await fill(bench)
      const waiting = bench.store.jobs.awaitRoom('plain', { timeoutMs: 20_000 })
      const orders = ids.map((id) => ({ verb: 'cancel', id }) as const)
      await (await bench.other()).jobs.command(bench.calls.lane(5).next(), orders)
      expect(await waiting).toBe(true)
    })
  })
}

function limit(bench: Bench, n: number, whenFull?: 'reject' | 'drop-oldest'): Promise<void> {
  return configureType(bench, 'plain', {
    maxDepth: bench.share(n),
    ...(whenFull === undefined ? {} : { whenFull }),
  })
}

/** Lets as many jobs wait as may, in every partition, and answers with their ids. */
async function fill(bench: Bench): Promise<readonly string[]> {
  const outcomes = await bench.store.jobs.enqueue(
    bench.calls.next(),
    Array.from({ length: 100 }, () => newJob()),
  )
  const ids = outcomes.filter(({ kind }) => kind === 'created').map(({ id }) => id)
  expect(ids).toHaveLength(bench.share(1))
  return ids
}

async function obeyAll(bench: Bench, verb: 'cancel' | 'pause', ids: readonly string[]): Promise<void> {
  for (const id of ids) await obey(bench, { verb, id })
}

async function enqueue(bench: Bench, draft: NewJob): Promise<EnqueueOutcome> {
  const [outcome] = await bench.store.jobs.enqueue(bench.calls.next(), [draft])
  return outcome as EnqueueOutcome
}

function droppedOf(outcome: EnqueueOutcome): string | undefined {
  return outcome.kind === 'created' ? outcome.dropped?.firingId : undefined
}
