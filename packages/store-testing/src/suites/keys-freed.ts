import type { LeasedRun } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { addAll, advanceAll, claim, claimOne, handBack, obey, settle } from '../fixtures/acts.ts'
import { claimed } from '../fixtures/flow.ts'
import { expectKey, keyed, times } from '../fixtures/keys.ts'
import {
  cancelled,
  died,
  failed,
  failedThen,
  paused,
  ref,
  repeated,
  succeeded,
} from '../fixtures/outcomes.ts'

type End = (bench: TimedBench, lease: LeasedRun) => Promise<unknown>

/** Every way a lease ends after which its firing does not stand in a line. */
const away: Readonly<Record<string, End>> = {
  'a success': (bench, lease) => settle(bench, succeeded(lease)),
  'a success with an output': (bench, lease) => settle(bench, succeeded(lease, '[1]')),
  'a skip': (bench, lease) => settle(bench, { ...ref(lease), kind: 'succeeded', skipped: 'no need' }),
  'a failure to be tried later': (bench, lease) => settle(bench, failed(lease, 5_000)),
  'a last failure': (bench, lease) => settle(bench, died(lease)),
  'a failure that pauses': (bench, lease) => settle(bench, failedThen(lease, { do: 'pause' })),
  'a repeat later': (bench, lease) => settle(bench, repeated(lease, 5_000)),
  'a pause': (bench, lease) => settle(bench, paused(lease)),
  'a pause for a while': (bench, lease) => settle(bench, paused(lease, 5_000)),
  'a handler that gave way': (bench, lease) => settle(bench, cancelled(lease)),
  'the success of a cancelled job': async (bench, lease) => {
    await obey(bench, { verb: 'cancel', id: lease.jobId })
    await expectKey(bench, 'a', { running: 1, waiting: 2 })
    await settle(bench, succeeded(lease))
  },
  'the hand-back of a cancelled job': async (bench, lease) => {
    await obey(bench, { verb: 'cancel', id: lease.jobId })
    await handBack(bench, lease)
  },
  'the expiry of a cancelled job': async (bench, lease) => {
    await obey(bench, { verb: 'cancel', id: lease.jobId })
    await bench.clock.advanceBy(30_000)
    await advanceAll(bench)
  },
  'an expiry that was the last attempt': async (bench, lease) => {
    for (let held = lease; ; held = await claimOne(bench)) {
      await bench.clock.advanceBy(30_000)
      await advanceAll(bench)
      if (held.attempt === held.maxAttempts) return
    }
  },
}

/** Every way a lease ends after which its firing stands at the front of its line. */
const back: Readonly<Record<string, End>> = {
  'a retry at once': (bench, lease) => settle(bench, failed(lease, 0)),
  'a hand-back': handBack,
  'an expired lease': async (bench) => {
    await bench.clock.advanceBy(30_000)
    await advanceAll(bench)
  },
}

/** A slot is a lease: whatever ends the lease frees it, in the same step. */
export function keysFreedSuite(contract: Contract): void {
  describe('a slot of a concurrency key', () => {
    for (const [name, end] of Object.entries(away)) {
      contract(`is freed by ${name}`, async (bench) => {
        const ids = await addAll(bench, times(3, keyed(bench, { a: 1 })))
        const lease = await claimOne(bench)
        expect(lease.jobId).toBe(ids[0])
        await end(bench, lease)
        const { running } = await bench.store.inspector.key(bench.key('a'))
        expect(running).toBe(0)
        expect(await claimed(bench)).toStrictEqual([ids[1]])
      })
    }

    for (const [name, end] of Object.entries(back)) {
      contract(`is freed by ${name}, which goes to the front and takes it again`, async (bench) => {
        const ids = await addAll(bench, times(3, keyed(bench, { a: 1 })))
        await end(bench, await claimOne(bench))
        await expectKey(bench, 'a', { running: 0, waiting: 3 })
        const again = await claimOne(bench)
        expect(again.jobId).toBe(ids[0])
        await settle(bench, succeeded(again))
        expect(await claimed(bench)).toStrictEqual([ids[1]])
      })
    }

    contract('is freed by a repeat at once, which goes to the end', async (bench) => {
      const ids = await addAll(bench, times(3, keyed(bench, { a: 1 })))
      await settle(bench, repeated(await claimOne(bench)))
      for (const id of [ids[1], ids[2], ids[0]]) {
        const lease = await claimOne(bench)
        expect(lease.jobId).toBe(id)
        await settle(bench, succeeded(lease))
      }
    })

    contract('is not freed by a cancel that waits for its holder', async (bench) => {
      await addAll(bench, times(2, keyed(bench, { a: 1 })))
      const lease = await claimOne(bench)
      await obey(bench, { verb: 'cancel', id: lease.jobId })
      await expectKey(bench, 'a', { running: 1, waiting: 1 })
      expect(await claimed(bench)).toStrictEqual([])
    })

    contract(
      'of a job that stands in line is held by nobody: cancel, pause and delete free nothing',
      async (bench) => {
        const ids = await addAll(bench, times(4, keyed(bench, { a: 1 })))
        const lease = await claimOne(bench)
        await obey(bench, { verb: 'cancel', id: ids[1] })
        await obey(bench, { verb: 'delete', id: ids[1] })
        await obey(bench, { verb: 'pause', id: ids[2] })
        await expectKey(bench, 'a', { running: 1, waiting: 2 })
        expect(await claimed(bench)).toStrictEqual([])
        await settle(bench, succeeded(lease))
        expect(await claimed(bench)).toStrictEqual([ids[3]])
      },
    )

    contract('many at once let as many start', async (bench) => {
      const ids = await addAll(bench, times(30, keyed(bench, { a: 10 })))
      const leases = await claim(bench)
      await bench.store.runs.settle(
        bench.calls.next(),
        leases.map((lease) => succeeded(lease)),
      )
      await expectKey(bench, 'a', { running: 0, waiting: 20 })
      expect(await claimed(bench)).toStrictEqual(ids.slice(10, 20))
    })
  })
}
