import type { CallKey, ClaimReply, LeasedRun, RunOutcome, SettleReply } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, addAll, claimJobs, claimOne, leasesOf, requestOf } from '../fixtures/acts.ts'
import { failed, repeated, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventTypesOf, jobOf } from '../fixtures/reads.ts'

/** A settle and a claim on lanes of their own, as a worker sends them. */
interface Together {
  readonly settleKey: CallKey
  readonly claimKey: CallKey
  readonly outcomes: readonly RunOutcome[]
  readonly limit?: number
}

/** `runs.settle` and `runs.claim` sent in one go: an adapter may carry them out in one step, and must not show it. */
export function togetherSuite(contract: Contract): void {
  const keysOf = (bench: Bench): Pick<Together, 'settleKey' | 'claimKey'> => ({
    settleKey: bench.calls.lane(1).next(),
    claimKey: bench.calls.lane(2).next(),
  })

  const send = async (
    bench: Bench,
    { settleKey, claimKey, outcomes, limit = 10 }: Together,
  ): Promise<readonly [SettleReply, readonly LeasedRun[], ClaimReply]> => {
    const request = await requestOf(bench, { limit })
    const settling = bench.store.runs.settle(settleKey, outcomes)
    const claiming = bench.store.runs.claim(claimKey, request)
    const [settled, claimed] = await Promise.all([settling, claiming])
    return [settled, claimed.kind === 'claimed' ? claimed.leases : [], claimed]
  }

  describe('runs.settle and runs.claim together', () => {
    contract('both happen', async (bench) => {
      const [a, b] = await addAll(bench, [{}, {}])
      const lease = await claimOne(bench, { limit: 1 })
      const [settled, leases] = await send(bench, { ...keysOf(bench), outcomes: [succeeded(lease, '1')] })
      expect(settled).toMatchObject({ outcomes: ['settled'], ended: [{ firingId: a, status: 'completed' }] })
      expect(leases.map(({ jobId }) => jobId)).toStrictEqual([b])
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 1, running: 1 })
      expect(await eventTypesOf(bench.store, a)).toStrictEqual([
        'job.enqueued',
        'job.started',
        'job.completed',
      ])
      expect(await eventTypesOf(bench.store, b)).toStrictEqual(['job.enqueued', 'job.started'])
    })

    contract('the claim finds what the settle has put back, at its place', async (bench) => {
      const [a, b, c] = await addAll(bench, [{}, {}, {}])
      const [first, second] = await claimJobs(bench, [a, b], { limit: 2 })
      const outcomes = [repeated(first), failed(second, 0)]
      const [settled, leases] = await send(bench, { ...keysOf(bench), outcomes })
      expect(settled.outcomes).toStrictEqual(['settled', 'settled'])
      expect(leases.map(({ runId, attempt }) => [runId, attempt])).toStrictEqual([
        [`${b}-2`, 2],
        [`${c}-1`, 1],
        [`${a}-2`, 1],
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ running: 3 })
    })

    contract('each may be repeated by itself', async (bench) => {
      const [a, b] = await addAll(bench, [{}, {}])
      const lease = await claimOne(bench, { limit: 1 })
      const together = { ...keysOf(bench), outcomes: [succeeded(lease)] }
      const [settled, leases] = await send(bench, together)
      expect(await bench.store.runs.settle(together.settleKey, together.outcomes)).toStrictEqual(settled)
      const request = await requestOf(bench, { limit: 10 })
      expect(leasesOf(await bench.store.runs.claim(together.claimKey, request))).toStrictEqual(leases)
      expect(leases.map(({ jobId }) => jobId)).toStrictEqual([b])
      expect(await jobOf(bench.store, a)).toMatchObject({ status: 'completed', attempt: 1 })
    })

    contract('and both together', async (bench) => {
      await addAll(bench, [{}, {}])
      const lease = await claimOne(bench, { limit: 1 })
      const together = { ...keysOf(bench), outcomes: [succeeded(lease)] }
      const [settled, leases] = await send(bench, together)
      await add(bench)
      const [again, same] = await send(bench, together)
      expect(again).toStrictEqual(settled)
      expect(same).toStrictEqual(leases)
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 1, running: 1, pending: 1 })
    })

    contract('a repeated settle leaves the claim a new one', async (bench) => {
      const [, b] = await addAll(bench, [{}, {}])
      const lease = await claimOne(bench, { limit: 1 })
      const keys = keysOf(bench)
      await bench.store.runs.settle(keys.settleKey, [succeeded(lease)])
      const [settled, leases] = await send(bench, { ...keys, outcomes: [succeeded(lease)] })
      expect(settled.outcomes).toStrictEqual(['settled'])
      expect(leases.map(({ jobId }) => jobId)).toStrictEqual([b])
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 1, running: 1 })
    })

    contract('what is due comes first, and the settle counts all the same', async (bench) => {
      const a = await add(bench)
      const lease = await claimOne(bench)
      const b = await add(bench, { delayMs: 1_000 })
      await bench.clock.advanceBy(1_000)
      const [settled, leases] = await send(bench, { ...keysOf(bench), outcomes: [succeeded(lease)] })
      expect(settled.ended.map(({ firingId }) => firingId)).toStrictEqual([a])
      expect(leases.map(({ jobId }) => jobId)).toStrictEqual([b])
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 1, running: 1 })
    })

    contract('an unknown set says so, and the settle counts all the same', async (bench) => {
      const a = await add(bench)
      const lease = await claimOne(bench)
      const request = { ...(await requestOf(bench)), handlerSet: 'nobody' }
      const settling = bench.store.runs.settle(bench.calls.lane(1).next(), [succeeded(lease)])
      expect(await bench.store.runs.claim(bench.calls.lane(2).next(), request)).toStrictEqual({
        kind: 'unknownSet',
      })
      expect((await settling).outcomes).toStrictEqual(['settled'])
      expect(await jobOf(bench.store, a)).toMatchObject({ status: 'completed' })
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 1 })
    })

    contract('a lost lease is lost, and the claim goes on', async (bench) => {
      const [, b] = await addAll(bench, [{}, {}])
      const lease = await claimOne(bench, { limit: 1 })
      const outcomes = [{ ...succeeded(lease), token: 'old' }]
      const [settled, leases] = await send(bench, { ...keysOf(bench), outcomes })
      expect(settled).toStrictEqual({ outcomes: ['lost'], ended: [] })
      expect(leases.map(({ jobId }) => jobId)).toStrictEqual([b])
      expect(await countsOf(bench.store)).toStrictEqual({ running: 2 })
    })
  })
}
