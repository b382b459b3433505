import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, addAll, claim, claimOne, command, obey, settle } from '../fixtures/acts.ts'
import { claimed, configureKey, configureType, keyOf } from '../fixtures/flow.ts'
import { expectKey, keyed, times } from '../fixtures/keys.ts'
import { died, succeeded } from '../fixtures/outcomes.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, everyMinute, fireTimes, MINUTE } from '../fixtures/schedules.ts'

/** Whose limit of a concurrency key holds, and how long. */
export function keysLimitsSuite(contract: Contract): void {
  describe('the limit of a concurrency key', () => {
    contract('is set by the newest enqueue that states one', async (bench) => {
      await addAll(bench, [...times(4, keyed(bench, { a: 1 }))])
      expect(await claimed(bench)).toHaveLength(1)
      await add(bench, keyed(bench, { a: 3 }))
      await expectKey(bench, 'a', { running: 1, waiting: 4, limit: 3 })
      expect(await claimed(bench)).toHaveLength(2)
      await add(bench, keyed(bench, { a: undefined }))
      await expectKey(bench, 'a', { running: 3, waiting: 3, limit: 3 })
      expect(await claimed(bench)).toHaveLength(0)
    })

    contract('is that of the last draft of one call', async (bench) => {
      await addAll(bench, [keyed(bench, { a: 1 }), keyed(bench, { a: 4 }), keyed(bench, { a: 2 })])
      expect(await claimed(bench)).toHaveLength(2)
    })

    contract('lowered stops only new starts', async (bench) => {
      await addAll(bench, times(5, keyed(bench, { a: 3 })))
      const leases = await claim(bench)
      expect(leases).toHaveLength(3)
      await add(bench, keyed(bench, { a: 1 }))
      await expectKey(bench, 'a', { running: 3, waiting: 3, limit: 1 })
      for (const lease of leases) {
        expect(await claimed(bench)).toStrictEqual([])
        await settle(bench, succeeded(lease))
      }
      expect(await claimed(bench)).toHaveLength(1)
    })

    contract('of a draft that was not stored is not set', async (bench) => {
      const [held] = await addAll(bench, [
        keyed(bench, { a: 1 }, { uniqueKey: 'u', requestId: 'r' }),
        keyed(bench, { a: 1 }),
      ])
      const again = bench.draft(keyed(bench, { a: 5 }, { requestId: 'r' }))
      const twin = bench.draft(keyed(bench, { a: 5 }, { uniqueKey: 'u' }))
      await configureType(bench, 'plain', { maxDepth: bench.share(1) })
      const extra = bench.draft(keyed(bench, { a: 5 }))
      const outcomes = await bench.store.jobs.enqueue(bench.calls.next(), [again, twin, extra])
      expect(outcomes.map(({ kind }) => kind)).toStrictEqual(['repeated', 'duplicate', 'full'])
      await expectKey(bench, 'a', { running: 0, waiting: 2, limit: 1 })
      expect(await claimed(bench)).toStrictEqual([held])
    })

    contract('is forgotten with the last job that has not ended', async (bench) => {
      await addAll(bench, times(2, keyed(bench, { a: 2 })))
      const [first, second] = await claim(bench)
      await settle(bench, succeeded(first as NonNullable<typeof first>))
      expect((await keyOf(bench, bench.key('a'))).limit).toBe(2)
      await settle(bench, died(second as NonNullable<typeof second>))
      const key = bench.key('a')
      expect(await keyOf(bench, key)).toStrictEqual({ key, running: 0, holders: [], waiting: 0 })
      await addAll(bench, times(2, keyed(bench, { a: undefined })))
      expect(await claimed(bench)).toHaveLength(1)
    })

    contract(
      'is forgotten when the last one is cancelled, and known again when it is retried',
      async (bench) => {
        const id = await add(bench, keyed(bench, { a: 2 }))
        await obey(bench, { verb: 'cancel', id })
        expect((await keyOf(bench, bench.key('a'))).limit).toBeUndefined()
        await obey(bench, { verb: 'retry', id })
        await add(bench, keyed(bench, { a: undefined }))
        await expectKey(bench, 'a', { running: 0, waiting: 2, limit: 2 })
        expect(await claimed(bench)).toHaveLength(2)
      },
    )

    contract('lives as long as a delayed, a paused or a recurring job has it', async (bench) => {
      const [, paused] = await addAll(bench, [
        keyed(bench, { a: 2 }, { delayMs: 60_000 }),
        keyed(bench, { b: 2 }),
      ])
      const recurring = await addRecurring(bench, everyMinute(), keyed(bench, { c: 2 }))
      await obey(bench, { verb: 'pause', id: paused })
      await addAll(bench, [
        ...times(3, keyed(bench, { a: undefined })),
        ...times(3, keyed(bench, { b: undefined })),
      ])
      expect(await claimed(bench)).toHaveLength(4)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, recurring, 1)
      await addAll(bench, times(3, keyed(bench, { c: undefined })))
      expect((await keyOf(bench, bench.key('c'))).limit).toBe(2)
    })

    contract('of an operator wins over what jobs state, until it is taken away', async (bench) => {
      await configureKey(bench, bench.key('a'), { maxConcurrency: 2 })
      expect(await keyOf(bench, bench.key('a'))).toMatchObject({ limit: 2, running: 0, waiting: 0 })
      await addAll(bench, times(8, keyed(bench, { a: 4 })))
      await expectKey(bench, 'a', { running: 0, waiting: 8, limit: 2 })
      expect(await claimed(bench)).toHaveLength(2)
      await configureKey(bench, bench.key('a'))
      await expectKey(bench, 'a', { running: 2, waiting: 6, limit: 4 })
      expect(await claimed(bench)).toHaveLength(2)
    })

    contract('raised by an operator lets those that wait start', async (bench) => {
      const ids = await addAll(bench, times(5, keyed(bench, { a: 1 })))
      expect(await claimed(bench)).toStrictEqual(ids.slice(0, 1))
      await configureKey(bench, bench.key('a'), { maxConcurrency: 3 })
      expect(await claimed(bench)).toStrictEqual(ids.slice(1, 3))
      await configureKey(bench, bench.key('a'), { maxConcurrency: 1 })
      expect(await claimed(bench)).toStrictEqual([])
      await configureKey(bench, bench.key('a'), { maxConcurrency: 10 })
      expect(await claimed(bench)).toStrictEqual(ids.slice(3))
    })

    contract('of an operator outlives the jobs', async (bench) => {
      await configureKey(bench, bench.key('a'), { maxConcurrency: 2 })
      await add(bench, keyed(bench, { a: 7 }))
      await settle(bench, succeeded(await claimOne(bench)))
      expect((await keyOf(bench, bench.key('a'))).limit).toBe(2)
      await addAll(bench, times(3, keyed(bench, { a: 7 })))
      expect(await claimed(bench)).toHaveLength(2)
    })

    contract('that is stated by a deleted job is forgotten with it', async (bench) => {
      const id = await add(bench, keyed(bench, { a: 3 }))
      await obey(bench, { verb: 'cancel', id })
      expect(await command(bench, { verb: 'delete', id })).toStrictEqual({ kind: 'done' })
      expect((await keyOf(bench, bench.key('a'))).limit).toBeUndefined()
      await removeEverything(bench)
    })
  })
}
