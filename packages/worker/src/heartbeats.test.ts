import { createDeferred } from '@dureq/runtime'
import { type Beat, type BeatOutcome, StoreUnavailableError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createExecution } from '../test/fixtures/lease.ts'
import { createTestTools } from '../test/fixtures/tools.ts'
import { pass, turn } from '../test/fixtures/turns.ts'
import type { Execution } from './execution.ts'
import { createHeartbeats } from './heartbeats.ts'

type Answer = (beats: readonly Beat[], n: number) => Promise<readonly BeatOutcome[]>

const live: Answer = async (beats) => beats.map(() => 'live')

/** Heartbeats of a node with these executions, begun at 0. */
function createSubject(executions: Execution[], answer: Answer = live) {
  const calls: { at: number; beats: readonly Beat[] }[] = []
  const tools = createTestTools({
    runs: {
      extend: (_, beats) => {
        calls.push({ at: tools.clock.now(), beats })
        return answer(beats, calls.length)
      },
    },
  })
  const lost: Execution[] = []
  const cancelled: Execution[] = []
  const heartbeats = createHeartbeats({
    ...tools,
    held: () => executions.filter(({ held }) => held),
    onLost: (execution) => {
      execution.held = false
      lost.push(execution)
    },
    onCancelRequested: (execution) => void cancelled.push(execution),
  })
  heartbeats.start()
  for (const execution of executions) heartbeats.expect(execution)
  const at = (): unknown => calls.map((call) => call.at)
  return { ...tools, heartbeats, calls, at, lost, cancelled }
}

describe('createHeartbeats', () => {
  it('prolongs all leases in one call, every third of the shortest', async () => {
    const executions = [createExecution(), createExecution({ leaseMs: 9_000 }), createExecution()]
    const { clock, calls, at, heartbeats } = createSubject(executions)
    await pass(clock, 7_000)
    expect(at()).toEqual([3_000, 6_000])
    expect(calls[0]?.beats).toEqual(
      executions.map(({ lease }) => ({
        firingId: lease.firingId,
        token: lease.token,
        leaseMs: lease.leaseMs,
      })),
    )
    await heartbeats.stop()
  })

  it('tells of a start that happened while a beat without it was under way', async () => {
    const execution = createExecution()
    const reply = createDeferred<readonly BeatOutcome[]>()
    const answer: Answer = (beats, n) => (n === 1 ? reply.promise : live(beats, n))
    const { clock, calls, heartbeats } = createSubject([execution], answer)
    await pass(clock, 10_000)
    execution.startUntold = true
    reply.resolve(['live'])
    await pass(clock, 10_000)
    expect(calls.map(({ beats }) => beats[0]?.started)).toEqual([undefined, true])
    expect(execution.startUntold).toBe(false)
    await heartbeats.stop()
  })

  it('says nothing while there is no lease, and follows those that come and go', async () => {
    const executions: Execution[] = []
    const { clock, at, heartbeats } = createSubject(executions)
    await pass(clock, 100_000)
    expect(at()).toEqual([])
    const late = createExecution()
    late.prolongedAt = clock.now()
    executions.push(late)
    heartbeats.expect(late)
    await pass(clock, 10_000)
    expect(at()).toEqual([110_000])
    late.held = false
    await pass(clock, 100_000)
    expect(at()).toEqual([110_000])
    await heartbeats.stop()
  })

  it('tells of leases that are lost and of jobs to be cancelled, as long as the run is held', async () => {
    const executions = [createExecution(), createExecution(), createExecution()]
    const { clock, lost, cancelled, heartbeats } = createSubject(executions, async () => [
      'lost',
      'cancelRequested',
      'live',
    ])
    await pass(clock, 10_000)
    expect([lost, cancelled]).toEqual([[executions[0]], [executions[1]]])
    await heartbeats.stop()
  })

  it('says nothing of a run that ended while the call was under way', async () => {
    const answer = createDeferred<readonly BeatOutcome[]>()
    const execution = createExecution()
    const { clock, lost, heartbeats } = createSubject([execution], () => answer.promise)
    await pass(clock, 10_000)
    execution.held = false
    answer.resolve(['lost'])
    await turn()
    expect(lost).toEqual([])
    await heartbeats.stop()
  })

  it('tries again soon when the store is away', async () => {
    const { clock, at, heartbeats } = createSubject([createExecution()], async (beats, n) => {
      if (n < 3) throw new StoreUnavailableError(false)
      return await live(beats, n)
    })
    await pass(clock, 11_000)
    expect(at()).toEqual([10_000, 10_050, 10_150])
    await heartbeats.stop()
  })

  it('gathers progress for 200 ms and sends the newest of each run', async () => {
    const [a, b, quiet] = [createExecution(), createExecution(), createExecution()]
    const { clock, calls, at, heartbeats } = createSubject([a, b, quiet])
    await pass(clock, 1_000)
    heartbeats.report(a, '1')
    await pass(clock, 0)
    heartbeats.report(a, '2')
    heartbeats.report(b, '7')
    heartbeats.report(a, '3')
    await pass(clock, 1_000)
    expect(at()).toEqual([1_000, 1_200])
    expect(calls[1]?.beats.map((beat) => [beat.token, beat.progress])).toEqual([
      [a.lease.token, '3'],
      [b.lease.token, '7'],
    ])
    expect([a.progress, b.progress]).toEqual([undefined, undefined])
    await heartbeats.stop()
  })

  it('lets progress travel with the beat that is due', async () => {
    const execution = createExecution()
    const { clock, calls, heartbeats } = createSubject([execution])
    await pass(clock, 9_900)
    heartbeats.report(execution, '1')
    await pass(clock, 0)
    heartbeats.report(execution, '2')
    await pass(clock, 1_000)
    expect(calls.map(({ at, beats }) => [at, beats[0]?.progress])).toEqual([
      [9_900, '1'],
      [10_000, '2'],
    ])
    await heartbeats.stop()
  })

  it('keeps what is reported while a call is under way', async () => {
    const answers = [createDeferred<void>(), createDeferred<void>()]
    const execution = createExecution()
    const { clock, calls, heartbeats } = createSubject([execution], async (beats, n) => {
      await answers[n - 1]?.promise
      return await live(beats, n)
    })
    heartbeats.report(execution, '1')
    await pass(clock, 0)
    heartbeats.report(execution, '2')
    answers[0]?.resolve()
    await pass(clock, 300)
    answers[1]?.resolve()
    await turn()
    expect(calls.map(({ beats }) => beats[0]?.progress)).toEqual(['1', '2'])
    await heartbeats.stop()
  })

  it('flushes the last progress of runs that end, those of one tick in one call', async () => {
    const [a, b] = [createExecution(), createExecution()]
    const { calls, heartbeats } = createSubject([a, b])
    a.progress = '1'
    b.progress = '2'
    await Promise.all([heartbeats.flush(a), heartbeats.flush(b)])
    expect(calls.map(({ beats }) => beats.map((beat) => beat.progress))).toEqual([['1', '2']])
    await heartbeats.stop()
  })

  it('lets a run end although its progress cannot be stored', async () => {
    const execution = createExecution()
    const { heartbeats } = createSubject([execution], () => Promise.reject(new StoreUnavailableError(false)))
    execution.progress = '1'
    await heartbeats.flush(execution)
    await heartbeats.stop()
  })
})
