import type { GroupState, InstanceHead, MailBag } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { failed, flushed, PARKED, parked, passedOn, stateOf } from './group-steps.ts'

/** A group with one message in its mailbox, after so many failures. */
function bagOf(state: GroupState = {}): MailBag {
  const head = {
    id: 'g1',
    kind: 'group',
    version: 4,
    status: 'running',
    state: JSON.stringify(state),
  } as InstanceHead
  return { head, messages: [{ kind: 'timerDue', name: 'grace', dueAt: 0, at: 0 }] }
}

describe('a group that is flushed', () => {
  it('is gone in the step that enqueues its job', () => {
    const step = flushed(bagOf(), { taskType: 'sum', payload: '[1]', newId: () => 'j1' })
    expect(step).toMatchObject({
      id: 'g1',
      version: 4,
      consumed: 1,
      remove: true,
      enqueue: [{ id: 'j1', taskType: 'sum', payload: '[1]', priority: 5 }],
      events: [{ type: 'group.flushed', taskType: 'sum' }],
    })
  })
})

describe('a group that cannot be put together', () => {
  const pauseAfter = (attempts: number): number => {
    const { state, timers } = failed(bagOf({ attempts }), 'sum', { error: 'no', now: 1_000 })
    const { retryAt = 0 } = JSON.parse(state) as GroupState
    expect(timers).toEqual([{ name: 'retry', dueAt: retryAt }])
    return retryAt - 1_000
  }

  it('keeps its messages and says why', () => {
    const step = failed(bagOf({ attempts: 2 }), 'sum', { error: 'no', now: 1_000 })
    expect(step.remove).toBeUndefined()
    expect(JSON.parse(step.state)).toEqual({ attempts: 3, error: 'no', retryAt: 5_000 })
    expect(step.events).toEqual([{ type: 'group.failed', taskType: 'sum', error: 'no' }])
  })

  it('is tried again after 1 s, then 2 s, up to a minute, however often it fails', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 6, 7, 1_000].map(pauseAfter)
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })
})

it('a group for another aggregator keeps its mail and goes to that', () => {
  expect(passedOn(bagOf(), 'x*\nsum')).toMatchObject({ consumed: 0, queue: 'group:x*\nsum' })
})

it('a group that nobody is for keeps its mail and its state, and has no timer', () => {
  const step = parked(bagOf({ attempts: 1 }))
  expect(step).toMatchObject({ consumed: 0, queue: PARKED, state: '{"attempts":1}', timers: [] })
})

it('says what is kept of a group', () => {
  expect(stateOf(bagOf({ attempts: 1, error: 'no' }))).toEqual({ attempts: 1, error: 'no' })
})
