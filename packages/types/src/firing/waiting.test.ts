import { describe, expect, test } from 'vitest'
import { bring, ID, moved, T0 } from '../../test/firings.ts'
import { cancelFiring } from './cancel.ts'
import { dispatchFiring } from './dispatch.ts'
import { pauseFiring, resumeFiring } from './pause.ts'
import { removeAt } from './remove.ts'
import { retryFiring } from './retry.ts'
import { missStart, startDeadline } from './schedule-to-start.ts'

const now = T0 + 6_000

describe('cancel', () => {
  test.each([
    [undefined, 'cancelled'],
    ['', 'cancelled'],
    ['no need', 'no need'],
  ])('the reason %j is the error %j', (reason, error) => {
    expect(cancelFiring(bring('retrying, due later'), reason, now)).toMatchObject({
      firing: {
        attempt: 1,
        lastError: 'boom',
        place: { endedAt: now, result: { status: 'cancelled', error } },
      },
      events: [{ type: 'job.cancelled', error }],
      ended: { firingId: ID, status: 'cancelled', attempt: 1, error },
    })
  })

  test('the first reason stays', () => {
    const asked = bring('running, cancel asked')
    expect(cancelFiring(asked, 'again', now)).toStrictEqual({ kind: 'moved', firing: asked, events: [] })
  })
})

describe('retry', () => {
  test('begins a new life, and no run id comes twice', () => {
    expect(moved(retryFiring(bring('dead'), now))).toMatchObject({
      attempt: 0,
      consecutiveErrors: 0,
      lastError: undefined,
      lastRunAt: T0 + 2_000,
      executions: 1,
      place: { kind: 'line', end: 'front', claimableAt: now },
    })
  })
})

describe('resume', () => {
  test('starts the attempts anew', () => {
    const paused = moved(pauseFiring(bring('retrying, in line'), T0 + 3_000))
    expect(paused).toMatchObject({ attempt: 1, place: { pausedAt: T0 + 3_000, resumeAt: undefined } })
    expect(moved(resumeFiring(paused, now))).toMatchObject({
      status: 'pending',
      attempt: 0,
      consecutiveErrors: 0,
    })
  })

  test('waits for its own time when that lies ahead', () => {
    const paused = moved(pauseFiring(bring('scheduled'), T0 + 3_000))
    const dueAt = T0 + 60_000
    expect(resumeFiring(paused, dueAt - 1)).toMatchObject({
      firing: { status: 'scheduled', place: { kind: 'due', dueAt } },
      events: [{ type: 'job.resumed' }],
    })
    expect(moved(resumeFiring(paused, dueAt))).toMatchObject({ status: 'pending' })
  })
})

describe('schedule-to-start', () => {
  const limited = { scheduleToStartTimeoutMs: 500 }

  test('counts from when the firing last became claimable', () => {
    expect(startDeadline(bring('pending', limited))).toBe(T0 + 500)
    expect(startDeadline(bring('retrying, in line', limited))).toBe(T0 + 2_500)
    expect(startDeadline(moved(dispatchFiring(bring('scheduled', limited), now)))).toBe(now + 500)
  })

  test('limits nothing that is not in a line, or states no limit', () => {
    expect(startDeadline(bring('pending'))).toBeUndefined()
    expect(startDeadline(bring('scheduled', limited))).toBeUndefined()
    expect(startDeadline(bring('running', limited))).toBeUndefined()
  })

  test('exceeded, it is dead without an attempt', () => {
    const error = 'dureq: schedule-to-start timeout exceeded'
    expect(missStart(bring('pending', limited), now)).toMatchObject({
      firing: { attempt: 0, lastError: error, place: { result: { status: 'dead', error } } },
      ended: { status: 'dead', attempt: 0, error },
    })
  })
})

describe('retention', () => {
  const retention = { completedMs: 10, deadMs: 20, cancelledMs: 30 }

  test.each([
    ['completed', T0 + 2_010],
    ['dead', T0 + 2_020],
    ['cancelled', T0 + 2_030],
    ['running', undefined],
    ['paused', undefined],
  ] as const)('of what is %s', (situation, expected) => {
    expect(removeAt(bring(situation), retention)).toBe(expected)
  })

  test('what a job asks for goes before the settings, also when it is 0', () => {
    expect(removeAt(bring('completed', { retainMs: 5 }), retention)).toBe(T0 + 2_005)
    expect(removeAt(bring('dead', { retainMs: 0 }), retention)).toBe(T0 + 2_000)
  })

  test('a member goes with its instance', () => {
    expect(removeAt(bring('completed', { workflowId: 'w', workflowTask: 'a' }), retention)).toBeUndefined()
  })
})
