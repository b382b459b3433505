import type { InstanceMessage, LeasedRun, Mail, RunOutcome } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll, claim, claimOne, handBack, obey, requestOf, settle } from '../fixtures/acts.ts'
import { situations } from '../fixtures/bring.ts'
import {
  addMember,
  begin,
  enqueueMembers,
  headOf,
  type Member,
  receive,
  take,
} from '../fixtures/instances.ts'
import { bringMember } from '../fixtures/members.ts'
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
import { jobOf } from '../fixtures/reads.ts'

type JobEnded = Omit<Extract<InstanceMessage, { readonly kind: 'jobEnded' }>, 'kind' | 'jobId' | 'task'>

/** One way to report the end of a member, and what its instance is told. */
interface Report {
  readonly outcome: (lease: LeasedRun) => RunOutcome
  readonly told: JobEnded
}

const output = '{ "n": 1.50, "big": 12345678901234567890, "é": "\\u00e9|,:" }'
const big = JSON.stringify('é|,:\n'.repeat(60_000))

const reports: Readonly<Record<string, Report>> = {
  'a success without output': {
    outcome: (lease) => succeeded(lease),
    told: { status: 'completed' },
  },
  'a success with output': {
    outcome: (lease) => succeeded(lease, output),
    told: { status: 'completed', output },
  },
  'a success with a large output': {
    outcome: (lease) => succeeded(lease, big),
    told: { status: 'completed', output: big },
  },
  'a skip without a reason': {
    outcome: (lease) => ({ ...ref(lease), kind: 'succeeded', skipped: '' }),
    told: { status: 'completed', skipped: '' },
  },
  'a skip with a reason': {
    outcome: (lease) => ({ ...ref(lease), kind: 'succeeded', skipped: 'nothing: "é"\n' }),
    told: { status: 'completed', skipped: 'nothing: "é"\n' },
  },
  'a continue-as-new': {
    outcome: (lease) => ({ ...ref(lease), kind: 'succeeded', continueAsNew: output }),
    told: { status: 'completed', continueAsNew: output },
  },
  'a continue-as-new with a large input and an output': {
    outcome: (lease) => ({ ...ref(lease), kind: 'succeeded', output: '1', continueAsNew: big }),
    told: { status: 'completed', output: '1', continueAsNew: big },
  },
  'a last failed attempt': {
    outcome: (lease) => died(lease, 'no route: "é"\n'),
    told: { status: 'dead', error: 'no route: "é"\n' },
  },
  'a last attempt that timed out': {
    outcome: (lease) => failedThen(lease, { do: 'die' }, { status: 'timed_out', error: big }),
    told: { status: 'dead', error: big },
  },
  'a cancellation without a reason': {
    outcome: cancelled,
    told: { status: 'cancelled', error: 'cancelled' },
  },
  'a cancellation with a reason': {
    outcome: (lease) => ({ ...cancelled(lease), reason: 'gave way' }),
    told: { status: 'cancelled', error: 'gave way' },
  },
}

/** What is reported while the job was asked to be cancelled does not matter. */
const reportsWhileCancelling: Readonly<Record<string, (lease: LeasedRun) => RunOutcome>> = {
  'a success': (lease) => succeeded(lease, '1'),
  'a continue-as-new': (lease) => ({ ...ref(lease), kind: 'succeeded', continueAsNew: '1' }),
  'a failed attempt': (lease) => failed(lease, 0),
  'a last failed attempt': (lease) => died(lease),
  'a repeat': (lease) => repeated(lease),
  'a pause': (lease) => paused(lease),
  'a cancellation': cancelled,
}

/** That the end of a member is told to its instance, exactly once, by the step that ends it. */
export function mailboxesJobsSuite(contract: Contract): void {
  describe('the end of a member by runs.settle', () => {
    for (const [name, { outcome, told }] of Object.entries(reports)) {
      for (const situation of ['running, started', 'running, claimed'] as const) {
        contract(`${name} of one that is ${situation} is told to its instance`, async (bench) => {
          const member = await bringMember(bench, situation, { workflowTask: 'send/ü' })
          await bench.clock.advanceBy(1_000)
          const before = await headOf(bench.store, member.owner)
          await settle(bench, outcome(member.lease))
          const at = bench.clock.now()
          expect((await jobOf(bench.store, member.id)).result?.error).toBe(told.error)
          expect(await headOf(bench.store, member.owner)).toStrictEqual({ ...before, updatedAt: at })
          await expectMail(bench, member, [
            { kind: 'jobEnded', jobId: member.id, task: 'send/ü', ...told, at },
          ])
        })
      }
    }

    contract('is told once, also when the settle is repeated or comes again', async (bench) => {
      const member = await bringMember(bench, 'running, started')
      const outcomes = [succeeded(member.lease, '1')]
      const call = bench.calls.lane(1).next()
      const reply = await bench.store.runs.settle(call, outcomes)
      expect(await bench.store.runs.settle(call, outcomes)).toStrictEqual(reply)
      expect((await bench.store.runs.settle(bench.calls.next(), outcomes)).outcomes).toStrictEqual(['lost'])
      await expectMail(bench, member, [completed(member.id, bench.clock.now(), { output: '1' })])
    })

    contract('many in one call are each told, in their order, to the instance they are of', async (bench) => {
      const heads = [await begin(bench), await begin(bench)]
      const tasks = Array.from({ length: 30 }, (_, i) => ({ workflowTask: `t${i}` }))
      for (const head of heads) await enqueueMembers(bench, head, tasks)
      const other = bench.draft()
      await bench.store.jobs.enqueue(bench.calls.next(), [other])
      const leases = await claim(bench)
      await bench.store.runs.settle(
        bench.calls.next(),
        leases.map((lease, i) => succeeded(lease, `${i}`)),
      )
      const mail = [await take(bench, heads[0]?.id ?? ''), await take(bench, heads[1]?.id ?? '')]
      expect(
        mail.map((each) => each.map((one) => one.kind === 'jobEnded' && [one.task, one.output])),
      ).toStrictEqual([
        tasks.map(({ workflowTask }, i) => [workflowTask, `${i}`]),
        tasks.map(({ workflowTask }, i) => [workflowTask, `${i + 30}`]),
      ])
    })

    contract('is told when it is settled together with a claim', async (bench) => {
      const head = await begin(bench)
      const [first, second] = await enqueueMembers(bench, head, [{}, {}])
      const lease = await claimOne(bench, { limit: 1 })
      const request = await requestOf(bench, { limit: 10 })
      const [settled, claimed] = await Promise.all([
        bench.store.runs.settle(bench.calls.lane(1).next(), [succeeded(lease, '1')]),
        bench.store.runs.claim(bench.calls.lane(2).next(), request),
      ])
      expect(settled.outcomes).toStrictEqual(['settled'])
      expect(claimed).toMatchObject({ leases: [{ jobId: second, workflow: { id: head.id, task: 't' } }] })
      const at = bench.clock.now()
      await expectMail(bench, { owner: head.id }, [completed(first as string, at, { output: '1' })])
    })
  })

  describe('the end of a member by time', () => {
    contract('the last lost lease is told', async (bench) => {
      const member = await bringMember(bench, 'running, started', { dlqAfter: 1 })
      await bench.clock.advanceBy(30_000)
      await advanceAll(bench)
      await expectEnd(bench, member, 'dead')
    })

    contract('too long a wait for its start is told', async (bench) => {
      const member = await bringMember(bench, 'pending', { scheduleToStartTimeoutMs: 5_000 })
      await bench.clock.advanceBy(5_001)
      await advanceAll(bench)
      await expectEnd(bench, member, 'dead')
    })

    contract('also when a claim finds it out', async (bench) => {
      const member = await bringMember(bench, 'pending', { scheduleToStartTimeoutMs: 5_000 })
      await bench.clock.advanceBy(5_001)
      expect(await claim(bench)).toStrictEqual([])
      await expectEnd(bench, member, 'dead')
    })

    contract('also when the receive itself finds it out, which then has it', async (bench) => {
      const member = await bringMember(bench, 'running, started', { dlqAfter: 1 })
      await bench.clock.advanceBy(30_000)
      await expectEnd(bench, member, 'dead')
    })

    for (const situation of ['running, started', 'running, claimed'] as const) {
      contract(
        `a lost lease of one that is ${situation} and asked to be cancelled is told`,
        async (bench) => {
          const member = await bringMember(bench, situation)
          await obey(bench, { verb: 'cancel', id: member.id, reason: 'enough' })
          await expectMail(bench, member, [])
          await bench.clock.advanceBy(30_000)
          await advanceAll(bench)
          await expectEnd(bench, member, 'cancelled')
        },
      )
    }
  })

  describe('the end of a member by cancel', () => {
    for (const situation of situations.filter((each) => /^(pending|retrying|paused)/.test(each))) {
      contract(`of one that is ${situation} is told at once`, async (bench) => {
        const member = await bringMember(bench, situation)
        await obey(bench, { verb: 'cancel', id: member.id, reason: 'enough' })
        await expectEnd(bench, member, 'cancelled')
      })
    }

    for (const [name, report] of Object.entries(reportsWhileCancelling)) {
      contract(`of one that runs is told when it ends: by ${name}`, async (bench) => {
        const member = await bringMember(bench, 'running, started')
        await obey(bench, { verb: 'cancel', id: member.id, reason: 'enough' })
        await expectMail(bench, member, [])
        await settle(bench, report(member.lease))
        await expectMail(bench, member, [
          {
            kind: 'jobEnded',
            jobId: member.id,
            task: 't',
            status: 'cancelled',
            error: 'enough',
            at: bench.clock.now(),
          },
        ])
      })
    }

    contract('of one that is handed back is told then', async (bench) => {
      const member = await bringMember(bench, 'running, claimed')
      await obey(bench, { verb: 'cancel', id: member.id, reason: 'enough' })
      await handBack(bench, member.lease)
      await expectEnd(bench, member, 'cancelled')
    })
  })

  describe('what is no end of a member', () => {
    const acts: Readonly<Record<string, (bench: TimedBench, lease: LeasedRun) => Promise<unknown>>> = {
      'a retry at once': (bench, lease) => settle(bench, failed(lease, 0)),
      'a retry later': (bench, lease) => settle(bench, failed(lease, 60_000)),
      'a repeat': (bench, lease) => settle(bench, repeated(lease)),
      'a pause': (bench, lease) => settle(bench, paused(lease)),
      'a pause for its errors': (bench, lease) => settle(bench, failedThen(lease, { do: 'pause' })),
      'a hand-back': (bench, lease) => handBack(bench, lease),
      'a beat': (bench, lease) =>
        bench.store.runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 30_000, progress: '1' }]),
      'the reclaim of a lost lease': async (bench) => {
        await bench.clock.advanceBy(30_000)
        await advanceAll(bench)
      },
      'a report under an old token': async (bench, lease) => {
        await handBack(bench, lease)
        await bench.store.runs.settle(bench.calls.next(), [succeeded(lease)])
      },
    }
    for (const [name, act] of Object.entries(acts)) {
      contract(`${name} is not told, but the end that comes after it`, async (bench) => {
        const member = await bringMember(bench, 'running, started')
        const before = await headOf(bench.store, member.owner)
        await act(bench, member.lease)
        await expectMail(bench, member, [])
        expect(await headOf(bench.store, member.owner)).toStrictEqual(before)
        await obey(bench, { verb: 'cancel', id: member.id })
        if ((await jobOf(bench.store, member.id)).status === 'running')
          await settle(bench, cancelled(member.lease))
        await expectEnd(bench, member, 'cancelled')
      })
    }

    contract('the ends of other jobs are told to nobody', async (bench) => {
      await addMember(bench)
      await bench.store.jobs.enqueue(bench.calls.next(), [bench.draft({ priority: 10 })])
      await settle(bench, succeeded(await claimOne(bench, { limit: 1 }), '1'))
      expect(await receive(bench)).toStrictEqual([])
    })
  })
}

function completed(jobId: string, at: number, told: Partial<JobEnded> = {}): Mail {
  return { kind: 'jobEnded', jobId, task: 't', status: 'completed', ...told, at }
}

/** Proves that this is the mail, once. */
async function expectMail(
  bench: TimedBench,
  { owner }: Pick<Member, 'owner'>,
  mail: readonly Mail[],
): Promise<void> {
  expect(await take(bench, owner)).toStrictEqual(mail)
  await advanceAll(bench)
  expect(await take(bench, owner)).toStrictEqual([])
}

/** Proves that the mail is the end of the job, just now, with the error its result has. */
async function expectEnd(bench: TimedBench, member: Member, status: 'dead' | 'cancelled'): Promise<void> {
  const at = bench.clock.now()
  const mail = await take(bench, member.owner)
  const { result } = await jobOf(bench.store, member.id)
  expect(result).toStrictEqual({ status, error: result?.error })
  expect(mail).toStrictEqual([
    { kind: 'jobEnded', jobId: member.id, task: 't', status, error: result?.error, at },
  ])
  expect(await take(bench, member.owner)).toStrictEqual([])
}
