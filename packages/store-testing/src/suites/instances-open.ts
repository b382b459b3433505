import { OPEN_MS, OPEN_TIMER } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll } from '../fixtures/acts.ts'
import { append, appendOf, batchQueue, beginBatch } from '../fixtures/batches.ts'
import { end } from '../fixtures/ended-instances.ts'
import { headOf, takeFrom } from '../fixtures/instances.ts'

/** The timer of an open instance, which its producer keeps from being due. */
export function instancesOpenSuite(contract: Contract): void {
  describe('the timer of an open instance', () => {
    contract('is due 24 hours after it was created, once', async (bench) => {
      const { id } = await beginBatch(bench, 1, { open: true })
      const dueAt = (await headOf(bench.store, id)).createdAt + OPEN_MS
      await bench.clock.advanceBy(dueAt - 1 - bench.clock.now())
      await advanceAll(bench)
      expect(await takeFrom(bench, id, batchQueue)).toStrictEqual([])
      await bench.clock.advanceBy(dueAt - bench.clock.now())
      await advanceAll(bench)
      expect(await takeFrom(bench, id, batchQueue)).toStrictEqual([
        { kind: 'timerDue', name: OPEN_TIMER, dueAt, at: dueAt },
      ])
      await bench.clock.advanceBy(2 * OPEN_MS)
      await advanceAll(bench)
      expect(await takeFrom(bench, id, batchQueue)).toStrictEqual([])
    })

    contract('is set anew by every append', async (bench) => {
      const { id } = await beginBatch(bench, 0, { open: true })
      for (let from = 0; from < 3; from++) {
        await bench.clock.advanceBy(OPEN_MS - 1)
        await append(bench, appendOf(id, [from, 1]))
      }
      const dueAt = bench.clock.now() + OPEN_MS
      await bench.clock.advanceBy(OPEN_MS - 1)
      expect(await takeFrom(bench, id, batchQueue)).toStrictEqual([])
      expect(await takeFrom(bench, id, batchQueue)).toStrictEqual([
        { kind: 'timerDue', name: OPEN_TIMER, dueAt, at: dueAt },
      ])
    })

    contract('is not set anew by an append that does not fit', async (bench) => {
      const { id } = await beginBatch(bench, 1, { open: true })
      const dueAt = bench.clock.now() + OPEN_MS
      await bench.clock.advanceBy(OPEN_MS - 1)
      await append(bench, appendOf(id, [0, 1]))
      await append(bench, appendOf(id, [1, 1], { names: ['i0'] }))
      await bench.clock.advanceBy(1)
      expect(await takeFrom(bench, id, batchQueue)).toMatchObject([{ kind: 'timerDue', dueAt }])
    })

    contract('is set again by an append that comes after it was due', async (bench) => {
      const { id } = await beginBatch(bench, 0, { open: true })
      await bench.clock.advanceBy(OPEN_MS)
      expect(await takeFrom(bench, id, batchQueue)).toHaveLength(1)
      await append(bench, appendOf(id, [0, 1]))
      await bench.clock.advanceBy(OPEN_MS)
      expect(await takeFrom(bench, id, batchQueue)).toHaveLength(1)
    })

    const gone: Readonly<Record<string, (bench: TimedBench, id: string) => Promise<unknown>>> = {
      'the last append': (bench, id) => append(bench, appendOf(id, [1, 1], { last: true })),
      'the end': async (bench, id) => end(bench, await headOf(bench.store, id), 'failed'),
    }
    for (const [name, act] of Object.entries(gone)) {
      contract(`is gone with ${name}`, async (bench) => {
        const { id } = await beginBatch(bench, 1, { open: true })
        await act(bench, id)
        await takeFrom(bench, id, batchQueue)
        await bench.clock.advanceBy(2 * OPEN_MS)
        await advanceAll(bench)
        expect(await takeFrom(bench, id, batchQueue)).toStrictEqual([])
      })
    }

    contract('is not set for one that is not open', async (bench) => {
      const { id } = await beginBatch(bench, 1)
      await bench.clock.advanceBy(2 * OPEN_MS)
      await advanceAll(bench)
      expect(await takeFrom(bench, id, batchQueue)).toStrictEqual([])
    })
  })
}
