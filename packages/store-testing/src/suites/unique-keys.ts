import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, advanceAll, claimOne, command, obey, settle } from '../fixtures/acts.ts'
import { bring, type Situation, situations } from '../fixtures/bring.ts'
import { newJob } from '../fixtures/new-job.ts'
import { succeeded } from '../fixtures/outcomes.ts'

const over: readonly Situation[] = ['completed', 'dead', 'cancelled']

/** `jobs.lookupUniqueKeys` and `releaseUniqueKeys`: invariant I6. */
export function uniqueKeysSuite(contract: Contract): void {
  describe('unique keys', () => {
    for (const situation of situations) {
      const held = !over.includes(situation)
      contract(`a job that is ${situation} ${held ? 'holds its key' : 'holds no key'}`, async (bench) => {
        const { id } = await bring(bench, situation, { uniqueKey: 'k' })
        expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([held ? id : undefined])
        const outcomes = await bench.store.jobs.enqueue(bench.calls.next(), [newJob({ uniqueKey: 'k' })])
        expect(outcomes[0]?.kind).toBe(held ? 'duplicate' : 'created')
      })
    }

    contract('lookups answer in order', async (bench) => {
      const a = await add(bench, { uniqueKey: 'a' })
      const b = await add(bench, { uniqueKey: 'b' })
      expect(await bench.store.jobs.lookupUniqueKeys(['b', 'none', 'a', 'b'])).toStrictEqual([
        b,
        undefined,
        a,
        b,
      ])
      expect(await bench.store.jobs.lookupUniqueKeys([])).toStrictEqual([])
    })

    contract('keys are compared to the letter', async (bench) => {
      const keys = ['k', 'K', 'k ', 'k:1', '{k}', 'ключ', '']
      const ids: string[] = []
      for (const uniqueKey of keys) ids.push(await add(bench, { uniqueKey }))
      expect(await bench.store.jobs.lookupUniqueKeys(keys)).toStrictEqual(ids)
    })

    contract('a release frees a key whoever holds it, and says whether it was held', async (bench) => {
      const id = await add(bench, { uniqueKey: 'k' })
      const release = (...keys: string[]) => bench.store.jobs.releaseUniqueKeys(bench.calls.next(), keys)
      expect(await release('none', 'k', 'k')).toStrictEqual([false, true, false])
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([undefined])
      const next = await add(bench, { uniqueKey: 'k' })
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([next])

      // The job that lost the key goes on, and its end takes nothing from the next holder.
      const lease = await claimOne(bench, { limit: 1 })
      expect(lease.jobId).toBe(id)
      await settle(bench, succeeded(lease))
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([next])
      await obey(bench, { verb: 'delete', id })
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([next])
    })

    contract('a job whose key was released and taken cannot be retried while it is held', async (bench) => {
      const { id } = await bring(bench, 'cancelled', { uniqueKey: 'k' })
      const holder = await add(bench, { uniqueKey: 'k' })
      expect(await command(bench, { verb: 'retry', id })).toStrictEqual({ kind: 'keyHeld', holder })
      await bench.store.jobs.releaseUniqueKeys(bench.calls.next(), ['k'])
      await obey(bench, { verb: 'retry', id })
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([id])
    })

    contract('a key is free when time ends its job', async (bench) => {
      await add(bench, { uniqueKey: 'k', scheduleToStartTimeoutMs: 1_000 })
      await bench.clock.advanceBy(2_000)
      await advanceAll(bench)
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([undefined])
    })
  })
}
