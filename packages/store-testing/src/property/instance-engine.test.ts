import type { InstanceCommit, InstanceHead, InstanceMessage, WorkflowStatus } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { freshHead, homeOf, newInstance } from '../fixtures/new-instance.ts'
import { decide, type PlanStep, planned, stateOf } from './instance-engine.ts'

const NOW = 1_000

describe('the engine of the histories', () => {
  it('begins two things at a time, in order', () => {
    const { order, state } = begun([{ do: 'job', attempts: 2 }, { do: 'timer', ms: 5 }, { do: 'proceed' }])
    expect(order.enqueue).toMatchObject([{ workflowTask: 's1', dlqAfter: 2 }])
    expect(order.timers).toStrictEqual([{ name: 's2', dueAt: NOW + 5 }])
    expect(order.send).toStrictEqual([])
    expect([order.status, order.consumed, state.next]).toStrictEqual(['running', 1, 2])
  })

  it('goes on when one of them ends, and ends with the last', () => {
    const first = begun([{ do: 'job', attempts: 1 }, { do: 'timer', ms: 5 }, { do: 'proceed' }])
    const jobId = first.state.jobs[0] as string
    const second = then(first, [{ kind: 'jobEnded', jobId, task: 's1', status: 'dead', error: 'boom' }])
    expect(second.order.send).toMatchObject([{ to: first.head.id, message: { kind: 'proceed' } }])
    const last = then(second, [{ kind: 'timerDue', name: 's2', dueAt: 1_005 }, { kind: 'proceed' }])
    expect(last.order.status).toBe('completed')
    expect(last.state.seen.map(({ label }) => label)).toStrictEqual([
      'started',
      `jobEnded ${jobId}`,
      'timerDue s2 1005',
      'proceed',
    ])
  })

  it('begins nothing while it is suspended', () => {
    const { order } = begun([{ do: 'job', attempts: 1 }], 'suspended')
    expect([order.enqueue, order.status]).toStrictEqual([[], 'suspended'])
  })

  it('tells what is under way to end when it is cancelled, and ends after it', () => {
    const steps: readonly PlanStep[] = [
      { do: 'job', attempts: 1 },
      { do: 'child', steps: [] },
      { do: 'proceed' },
    ]
    const first = begun(steps)
    const [jobId, childId] = [first.state.jobs[0] as string, first.state.children[0] as string]
    const second = then(first, [{ kind: 'cancel', reason: 'r' }])
    expect(second.order).toMatchObject({
      status: 'running',
      enqueue: [],
      cancel: [{ id: jobId }],
      send: [{ to: childId, message: { kind: 'cancel' } }],
    })
    const last = then(second, [
      { kind: 'jobEnded', jobId, task: 's1', status: 'cancelled' },
      { kind: 'childEnded', childId, task: 's2', status: 'cancelled' },
    ])
    expect(last.order.status).toBe('cancelled')
  })

  it('goes on as a successor, which has the rest to do, and tells its parent', () => {
    const parent = { id: newInstance().id, task: 'sub' }
    const { order, head } = begun([{ do: 'continue' }, { do: 'proceed' }], 'running', { parent })
    const [successor] = order.create
    expect(successor).toMatchObject({ continuedFrom: head.id, parent, input: '[{"do":"proceed"}]' })
    const continuedTo = homeOf(head.id, successor?.id ?? '')
    expect(order).toMatchObject({
      status: 'continued',
      continuedTo,
      send: [
        { to: parent.id, message: { kind: 'childContinued', childId: head.id, task: 'sub', continuedTo } },
      ],
    })
  })

  it('consumes what comes after its end', () => {
    const ended = then(begun([]), [{ kind: 'cancel', reason: 'late' }])
    expect(ended.order).toMatchObject({
      status: 'completed',
      consumed: 1,
      cancel: [],
      send: [],
      acknowledge: [],
    })
  })
})

/** A step that was decided, and the head as it is when it is committed. */
interface Step {
  readonly order: InstanceCommit
  readonly head: InstanceHead
  readonly state: ReturnType<typeof stateOf>
}

function begun(
  steps: readonly PlanStep[],
  status: WorkflowStatus = 'running',
  overrides: Parameters<typeof newInstance>[0] = {},
): Step {
  const head = freshHead(newInstance({ ...planned(steps), ...overrides }), 0, { status })
  return step(head, [{ kind: 'started' }])
}

function then({ head }: Step, messages: readonly InstanceMessage[]): Step {
  return step(head, messages)
}

function step(head: InstanceHead, messages: readonly InstanceMessage[]): Step {
  const bag = { head, messages: messages.map((message) => ({ ...message, at: NOW })) }
  const order = decide({ bag, pending: [], now: NOW })
  const { state, status } = order
  const after = { ...head, state, status, version: head.version + 1 }
  return { order, head: after, state: stateOf(after) }
}
