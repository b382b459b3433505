import type { CommandOutcome, JobCommand } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { addAll, claimJobs, command, obey } from '../fixtures/acts.ts'
import { bring, type Situation, situations, statusOf } from '../fixtures/bring.ts'
import { newJob } from '../fixtures/new-job.ts'
import { allEvents, countsOf, jobOf, runsOf } from '../fixtures/reads.ts'

type Verb = JobCommand['verb']

const verbs: readonly Verb[] = [
  'cancel',
  'retry',
  'pause',
  'resume',
  'delete',
  'updatePayload',
  'purge',
  'reassignVersion',
]

const ended: readonly Situation[] = ['completed', 'dead', 'cancelled']
const running: readonly Situation[] = ['running, claimed', 'running, started']

/** The situations each verb is refused in. */
const refusedIn: Readonly<Record<Verb, readonly Situation[]>> = {
  cancel: ended,
  retry: situations.filter((each) => each !== 'dead' && each !== 'cancelled'),
  pause: ['paused', ...running, ...ended],
  resume: situations.filter((each) => each !== 'paused'),
  delete: situations.filter((each) => !ended.includes(each)),
  updatePayload: [...running, ...ended],
  purge: situations.filter((each) => !ended.includes(each)),
  reassignVersion: [...running, ...ended],
}

/** `jobs.command`: who may do what when. What an accepted command does is in the suites named after the verbs. */
export function commandsSuite(contract: Contract): void {
  describe('jobs.command', () => {
    for (const verb of verbs) {
      for (const situation of refusedIn[verb]) {
        contract(`${verb} is refused when ${situation}, and nothing changes`, async (bench) => {
          const { id } = await bring(bench, situation)
          const before = await everything(bench, id)
          await bench.clock.advanceBy(1_000)
          expect(await command(bench, orderFor(verb, id))).toStrictEqual({
            kind: 'refused',
            status: statusOf(situation),
          })
          expect(await everything(bench, id)).toStrictEqual(before)
        })
      }

      contract(`${verb} of an unknown job is unknown`, async (bench) => {
        expect(await command(bench, orderFor(verb, newJob().id))).toStrictEqual({ kind: 'unknown' })
        expect(await allEvents(bench.store)).toStrictEqual([])
      })
    }

    contract('orders of one call are carried out in order, each by itself', async (bench) => {
      const { id } = await bring(bench, 'pending')
      const orders: JobCommand[] = [
        { verb: 'pause', id },
        { verb: 'pause', id },
        { verb: 'cancel', id: newJob().id },
        { verb: 'resume', id },
        { verb: 'cancel', id, reason: 'enough' },
        { verb: 'delete', id },
        { verb: 'delete', id },
      ]
      const outcomes: CommandOutcome[] = [
        { kind: 'done' },
        { kind: 'refused', status: 'paused' },
        { kind: 'unknown' },
        { kind: 'done' },
        { kind: 'done' },
        { kind: 'done' },
        { kind: 'unknown' },
      ]
      expect(await bench.store.jobs.command(bench.calls.next(), orders)).toStrictEqual({
        outcomes,
        ended: [
          { firingId: id, jobId: id, taskType: 'plain', status: 'cancelled', attempt: 0, error: 'enough' },
        ],
      })
      expect(await bench.store.jobs.get([id])).toStrictEqual([undefined])
    })

    contract('no orders give no outcomes', async (bench) => {
      expect(await bench.store.jobs.command(bench.calls.next(), [])).toStrictEqual({
        outcomes: [],
        ended: [],
      })
    })
  })

  describe('jobs.command updatePayload', () => {
    for (const situation of situations.filter((each) => !refusedIn.updatePayload.includes(each))) {
      contract(`replaces the payload when ${situation}, and nothing else`, async (bench) => {
        const { id } = await bring(bench, situation)
        const before = await everything(bench, id)
        await bench.clock.advanceBy(1_000)
        const payload = `{ "n": ${'9'.repeat(5_000)} }`
        await obey(bench, { verb: 'updatePayload', id, payload })
        expect(await everything(bench, id)).toStrictEqual({
          ...before,
          record: { ...before.record, payload, updatedAt: bench.clock.now() },
        })
        await obey(bench, { verb: 'updatePayload', id, payload: '0' })
        expect((await jobOf(bench.store, id)).payload).toBe('0')
      })
    }

    for (const payload of ['0', `"${'x'.repeat(9_000)}"`]) {
      contract(
        `the next claim sees a payload of ${payload.length} characters, whatever was there`,
        async (bench) => {
          const ids = await addAll(bench, [{}, { payload: `"${'y'.repeat(5_000)}"` }])
          for (const id of ids) await obey(bench, { verb: 'updatePayload', id, payload })
          expect((await claimJobs(bench, ids)).map((lease) => lease.payload)).toStrictEqual([
            payload,
            payload,
          ])
        },
      )
    }
  })
}

function orderFor(verb: Verb, id: string): JobCommand {
  return verb === 'updatePayload' ? { verb, id, payload: '"new"' } : { verb, id }
}

async function everything({ store }: TimedBench, id: string) {
  const [record, runs, events, counts] = await Promise.all([
    jobOf(store, id),
    runsOf(store, id),
    allEvents(store),
    countsOf(store),
  ])
  return { record, runs, events, counts }
}
