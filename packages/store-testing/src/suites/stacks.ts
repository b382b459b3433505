import type { RunOutcome } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, advanceAll, claimOne, obey, settle } from '../fixtures/acts.ts'
import { failed } from '../fixtures/outcomes.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'

const stack = 'Error: boom\n    at "täsk" (file.ts:1:2)\n\tat é\r\n[cause]: Error: \u{1F600}'

const ways = [
  { do: 'retry', delayMs: 0 },
  { do: 'retry', delayMs: 5 },
  { do: 'die' },
  { do: 'pause' },
] as const

/** The stack of a failed attempt is kept with its run. */
export function stacksSuite(contract: Contract): void {
  describe('the stack of a failed run', () => {
    for (const then of ways) {
      contract(`is told by every read of the run: ${JSON.stringify(then)}`, async (bench) => {
        const id = await add(bench)
        const { runId } = await fail(bench, { stack, then })
        const { inspector } = bench.store
        const [[listed], [read], all] = await Promise.all([
          inspector.listRuns(id, 10),
          inspector.getRuns([runId]),
          inspector.listAllRuns({}, { limit: 10 }),
        ])
        expect([listed?.stack, read?.stack, all.rows[0]?.stack]).toStrictEqual([stack, stack, stack])
        await removeEverything(bench)
      })
    }

    contract('stays with its own run, and a run without one has none', async (bench) => {
      const id = await add(bench)
      await fail(bench, { stack: 'first', then: { do: 'retry', delayMs: 0 } })
      await fail(bench, { then: { do: 'retry', delayMs: 0 } })
      await fail(bench, { stack: 'third', then: { do: 'die' } })
      await obey(bench, { verb: 'retry', id })
      const told = (await bench.store.inspector.listRuns(id, 10)).map((run) => run.stack)
      expect(told).toStrictEqual(['third', undefined, 'first'])
      const all = await bench.store.inspector.listAllRuns({ jobId: id }, { limit: 10 })
      expect(new Set(all.rows.map((run) => run.stack))).toStrictEqual(new Set(['first', 'third', undefined]))
      await removeEverything(bench)
    })

    contract('is not kept when the job was to be cancelled', async (bench) => {
      const id = await add(bench)
      const lease = await claimOne(bench)
      await obey(bench, { verb: 'cancel', id })
      await settle(bench, { ...failed(lease), stack } as RunOutcome)
      expect((await bench.store.inspector.listRuns(id, 10))[0]).not.toHaveProperty('stack')
      await removeEverything(bench)
    })

    contract('goes with a purge, of every run', async (bench) => {
      const id = await add(bench)
      await fail(bench, { stack, then: { do: 'retry', delayMs: 0 } })
      await fail(bench, { stack, then: { do: 'die' } })
      await obey(bench, { verb: 'purge', id })
      const runs = await bench.store.inspector.listRuns(id, 10)
      expect(runs.map((run) => run.stack)).toStrictEqual([undefined, undefined])
      await removeEverything(bench)
    })

    contract('goes with its job', async (bench) => {
      const id = await add(bench, { retainMs: 0 })
      await fail(bench, { stack, then: { do: 'die' } })
      await advanceAll(bench)
      expect(await bench.store.inspector.listRuns(id, 10)).toStrictEqual([])
      await removeEverything(bench)
    })
  })
}

type Failure = Extract<RunOutcome, { readonly kind: 'failed' }>

async function fail(
  bench: TimedBench,
  how: Pick<Failure, 'stack' | 'then'>,
): Promise<{ readonly runId: string }> {
  const lease = await claimOne(bench)
  await settle(bench, { ...failed(lease), ...how } as RunOutcome)
  return lease
}
