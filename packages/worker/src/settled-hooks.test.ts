import type { EndedFiring, LeasedRun, RunOutcome, SettleReply } from '@dureq/types'
import { expect, it } from 'vitest'
import { createLease } from '../test/fixtures/lease.ts'
import type { Verdict } from './decide-outcome.ts'
import type { HookRunner } from './hook-runner.ts'
import { callHooksFor } from './settled-hooks.ts'

/** Which hooks are called for one outcome and the answer of the store. */
function calledFor(
  verdict: Verdict,
  answer: 'settled' | 'lost' = 'settled',
  cancelled: boolean = false,
): unknown {
  const lease = createLease()
  const { firingId, jobId, token, taskType } = lease
  const end: EndedFiring = { firingId, jobId, taskType, status: 'cancelled', attempt: 1 }
  const reply: SettleReply = { outcomes: [answer], ended: cancelled ? [end] : [] }
  const calls: unknown[] = []
  const hooks = {
    failed: (_: LeasedRun, error: string) => void calls.push(['failed', error]),
    paused: (_: LeasedRun, error: string) => void calls.push(['paused', error]),
  } as HookRunner
  const item = { ...verdict, firingId, token } as RunOutcome
  callHooksFor([{ item, lease, until: 0 }], reply, hooks)
  return calls
}

const failed = (what: { readonly do: 'die' | 'pause' }): Verdict => ({
  kind: 'failed',
  status: 'failed',
  error: 'no',
  then: what,
})

it('calls the hooks of failed attempts and pauses', () => {
  expect(calledFor(failed({ do: 'die' }))).toEqual([['failed', 'no']])
  expect(calledFor(failed({ do: 'pause' }))).toEqual([
    ['failed', 'no'],
    ['paused', 'no'],
  ])
  expect(calledFor({ kind: 'paused', reason: 'quota' })).toEqual([['paused', 'pause: quota']])
  expect(calledFor({ kind: 'paused' })).toEqual([['paused', 'pause']])
})

it('calls none for what succeeded, came too late, or was overtaken by a cancellation', () => {
  expect(calledFor({ kind: 'succeeded' })).toEqual([])
  expect(calledFor(failed({ do: 'die' }), 'lost')).toEqual([])
  expect(calledFor(failed({ do: 'die' }), 'settled', true)).toEqual([])
})
