import { defaultSettings } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { advanceAll, claim, claimOne, command, obey } from '../fixtures/acts.ts'
import { situations } from '../fixtures/bring.ts'
import { commitOf, headOf, remove, take } from '../fixtures/instances.ts'
import { bringMember } from '../fixtures/members.ts'
import { countsOf, jobOf } from '../fixtures/reads.ts'

/** Longer than every retention of the default settings. */
const LONG_MS = 365 * 24 * 60 * 60 * 1000

/** Orders to the members of an instance, and how long they are kept. */
export function membersSuite(contract: Contract): void {
  describe('orders to a member', () => {
    for (const situation of situations.filter((each) => each !== 'scheduled')) {
      contract(`of one that is ${situation}: retry, delete and updatePayload are owned`, async (bench) => {
        const { id, owner } = await bringMember(bench, situation)
        const before = await jobOf(bench.store, id)
        const outcome = { kind: 'owned', ownerId: owner }
        expect(await command(bench, { verb: 'retry', id })).toStrictEqual(outcome)
        expect(await command(bench, { verb: 'delete', id })).toStrictEqual(outcome)
        expect(await command(bench, { verb: 'updatePayload', id, payload: '1' })).toStrictEqual(outcome)
        expect(await jobOf(bench.store, id)).toStrictEqual(before)
      })
    }

    contract('pause and resume do what they do to any job', async (bench) => {
      const { id } = await bringMember(bench, 'pending')
      await obey(bench, { verb: 'pause', id })
      expect((await jobOf(bench.store, id)).status).toBe('paused')
      expect(await claim(bench)).toStrictEqual([])
      await obey(bench, { verb: 'resume', id })
      expect((await claimOne(bench)).jobId).toBe(id)
      expect(await command(bench, { verb: 'pause', id })).toStrictEqual({
        kind: 'refused',
        status: 'running',
      })
    })

    contract('cancel of one that has ended is refused', async (bench) => {
      const { id, owner } = await bringMember(bench, 'completed')
      expect(await take(bench, owner)).toHaveLength(1)
      expect(await command(bench, { verb: 'cancel', id })).toStrictEqual({
        kind: 'refused',
        status: 'completed',
      })
      expect(await take(bench, owner)).toStrictEqual([])
    })
  })

  describe('retention of members', () => {
    for (const situation of ['completed', 'dead', 'cancelled'] as const) {
      contract(
        `one that is ${situation} is kept as long as its instance, and goes with it`,
        async (bench) => {
          const { id, owner } = await bringMember(bench, situation)
          await bench.clock.advanceBy(LONG_MS)
          await advanceAll(bench)
          expect((await jobOf(bench.store, id)).status).toBe(situation)
          expect(await take(bench, owner)).toHaveLength(1)
          const order = commitOf(await headOf(bench.store, owner), { status: 'completed' })
          await bench.store.mailboxes.commit(bench.calls.next(), [order])
          expect(await remove(bench, owner)).toStrictEqual({ kind: 'done' })
          await advanceAll(bench)
          expect(await bench.store.jobs.get([id])).toStrictEqual([undefined])
          expect(await countsOf(bench.store)).toStrictEqual({})
        },
      )
    }

    contract('also with a retention of 0 in the settings', async (bench) => {
      const settings = { ...defaultSettings, retention: { completedMs: 0, deadMs: 0, cancelledMs: 0 } }
      await bench.store.settings.put(bench.calls.next(), 0, settings)
      const { id, owner } = await bringMember(bench, 'completed')
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).result).toStrictEqual({
        status: 'completed',
        output: '{"done":true}',
      })
      expect(await take(bench, owner)).toHaveLength(1)
    })
  })
}
