import type { TimerWrite } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll } from '../fixtures/acts.ts'
import {
  begin,
  commit,
  commitOf,
  committed,
  headOf,
  mailRequest,
  receive,
  receiveOne,
  take,
} from '../fixtures/instances.ts'
import { allEvents } from '../fixtures/reads.ts'

/** Timers of instances: set by commits, due by time alone. */
export function mailboxesTimersSuite(contract: Contract): void {
  describe('timers of an instance', () => {
    for (const [name, move] of [
      ['advance', (bench: TimedBench) => advanceAll(bench)],
      ['receive', async () => {}],
    ] as const) {
      contract(`become mail by ${name}, at their time and not before`, async (bench) => {
        const { id } = await begin(bench)
        const dueAt = await setTimer(bench, id, 5_000)
        await bench.clock.advanceBy(4_999)
        await move(bench)
        expect(await receive(bench)).toStrictEqual([])
        await bench.clock.advanceBy(1)
        await move(bench)
        expect((await receiveOne(bench)).messages).toStrictEqual([
          { kind: 'timerDue', name: 'wait', dueAt, at: dueAt },
        ])
      })
    }

    contract('found late are told with the time they were set for, and move the instance', async (bench) => {
      const { id } = await begin(bench)
      const dueAt = await setTimer(bench, id, 5_000)
      const before = await headOf(bench.store, id)
      const told = await allEvents(bench.store)
      await bench.clock.advanceBy(60_000)
      const now = bench.clock.now()
      const bag = await receiveOne(bench)
      expect(bag.messages).toStrictEqual([{ kind: 'timerDue', name: 'wait', dueAt, at: now }])
      expect(bag.head).toStrictEqual({ ...before, updatedAt: now })
      expect(await allEvents(bench.store)).toStrictEqual(told)
    })

    contract('count as moved', async (bench) => {
      const { id } = await begin(bench)
      await setTimer(bench, id, 5_000)
      await bench.clock.advanceBy(5_000)
      expect(await bench.store.runs.advance(bench.calls.next(), 100)).toMatchObject({ moved: 1, ended: [] })
    })

    contract('are due once', async (bench) => {
      const { id } = await begin(bench)
      await setTimer(bench, id, 1_000)
      await bench.clock.advanceBy(1_000)
      expect(await take(bench, id)).toHaveLength(1)
      await bench.clock.advanceBy(60_000)
      await advanceAll(bench)
      expect(await take(bench, id)).toStrictEqual([])
    })

    contract('come in the order they are due, and by name for one instant', async (bench) => {
      const { id } = await begin(bench)
      const now = bench.clock.now()
      await setTimers(bench, id, [
        { name: 'c', dueAt: now + 3_000 },
        { name: 'b', dueAt: now + 1_000 },
        { name: 'd', dueAt: now + 2_000 },
        { name: 'a', dueAt: now + 3_000 },
      ])
      await bench.clock.advanceBy(10_000)
      expect(namesOf(await take(bench, id))).toStrictEqual(['b', 'd', 'a', 'c'])
    })

    contract('set again replace the one of their name, earlier or later', async (bench) => {
      const { id } = await begin(bench)
      const now = bench.clock.now()
      await setTimers(bench, id, [
        { name: 'later', dueAt: now + 1_000 },
        { name: 'earlier', dueAt: now + 60_000 },
      ])
      await setTimers(bench, id, [
        { name: 'later', dueAt: now + 5_000 },
        { name: 'earlier', dueAt: now + 2_000 },
      ])
      await bench.clock.advanceBy(2_000)
      expect(await take(bench, id)).toMatchObject([{ name: 'earlier', dueAt: now + 2_000 }])
      await bench.clock.advanceBy(60_000)
      expect(await take(bench, id)).toMatchObject([{ name: 'later', dueAt: now + 5_000 }])
    })

    contract('taken away are never due; to take away one that is not set is nothing', async (bench) => {
      const { id } = await begin(bench)
      await setTimer(bench, id, 1_000)
      await setTimers(bench, id, [{ name: 'wait' }, { name: 'none' }])
      await bench.clock.advanceBy(60_000)
      expect(await take(bench, id)).toStrictEqual([])
    })

    contract('set and taken away by one commit: the last write stays', async (bench) => {
      const { id } = await begin(bench)
      const dueAt = bench.clock.now() + 1_000
      await setTimers(bench, id, [{ name: 'a', dueAt }, { name: 'a' }, { name: 'b' }, { name: 'b', dueAt }])
      await bench.clock.advanceBy(1_000)
      expect(namesOf(await take(bench, id))).toStrictEqual(['b'])
    })

    for (const [name, agoMs] of [
      ['in the past', 3_600_000],
      ['now', 0],
    ] as const) {
      contract(`set for a time that is ${name} are due at once`, async (bench) => {
        const { id } = await begin(bench)
        const dueAt = await setTimer(bench, id, -agoMs)
        const at = bench.clock.now()
        expect((await receiveOne(bench)).messages).toStrictEqual([
          { kind: 'timerDue', name: 'wait', dueAt, at },
        ])
      })
    }

    contract('a name may be of any characters, and set anew once it was due', async (bench) => {
      const { id } = await begin(bench)
      const name = 't:é ü\t|,:{}'
      for (let round = 0; round < 2; round++) {
        await setTimers(bench, id, [{ name, dueAt: bench.clock.now() + 1_000 }])
        await bench.clock.advanceBy(1_000)
        expect(namesOf(await take(bench, id))).toStrictEqual([name])
      }
    })

    contract('of many instances are each their own', async (bench) => {
      const ids: string[] = []
      for (let i = 0; i < 20; i++) {
        const { id } = await begin(bench, { requestId: `r${i}` })
        await setTimer(bench, id, 1_000 + (i % 2) * 60_000)
        ids.push(id)
      }
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      const found = (await receive(bench)).map(({ head }) => head.id)
      expect(found.sort()).toStrictEqual(ids.filter((_, i) => i % 2 === 0).sort())
    })

    contract('more than one advance moves are left for the next', async (bench) => {
      const { id } = await begin(bench)
      const dueAt = bench.clock.now() + 1_000
      await setTimers(
        bench,
        id,
        Array.from({ length: 150 }, (_, i) => ({ name: `t${String(i).padStart(3, '0')}`, dueAt })),
      )
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect(namesOf(await take(bench, id))).toStrictEqual(
        Array.from({ length: 150 }, (_, i) => `t${String(i).padStart(3, '0')}`),
      )
    })

    contract('stay as they are when a commit is a conflict', async (bench) => {
      const { id } = await begin(bench)
      const dueAt = await setTimer(bench, id, 1_000)
      const stale = commitOf(
        { ...(await headOf(bench.store, id)), version: 1 },
        {
          timers: [{ name: 'wait' }, { name: 'new', dueAt }],
        },
      )
      expect(await commit(bench, stale)).toBe('conflict')
      await bench.clock.advanceBy(1_000)
      expect(namesOf(await take(bench, id))).toStrictEqual(['wait'])
    })

    contract('go with the end of the instance', async (bench) => {
      const { id } = await begin(bench)
      await setTimer(bench, id, 1_000)
      await committed(bench, await headOf(bench.store, id), { status: 'completed' })
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect(await receive(bench)).toStrictEqual([])
      const { nextAt } = await bench.store.mailboxes.receive(bench.calls.next(), mailRequest())
      expect(nextAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(bench.clock.now())
    })

    contract('can be set by an ended instance, whose hooks take time', async (bench) => {
      const { id } = await begin(bench)
      await committed(bench, await headOf(bench.store, id), { status: 'failed', error: 'boom' })
      await setTimer(bench, id, 1_000)
      await bench.clock.advanceBy(1_000)
      expect(namesOf(await take(bench, id))).toStrictEqual(['wait'])
    })
  })
}

/** Sets the timer `wait`, and answers with its time. */
async function setTimer(bench: TimedBench, id: string, delayMs: number): Promise<number> {
  const dueAt = bench.clock.now() + delayMs
  await setTimers(bench, id, [{ name: 'wait', dueAt }])
  return dueAt
}

async function setTimers(bench: TimedBench, id: string, timers: readonly TimerWrite[]): Promise<void> {
  await committed(bench, await headOf(bench.store, id), { timers })
}

function namesOf(mail: Awaited<ReturnType<typeof take>>): string[] {
  return mail.map((each) => (each.kind === 'timerDue' ? each.name : each.kind))
}
