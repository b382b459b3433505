import { createVirtualClock } from '@dureq/store-testing'
import { describe, expect, it } from 'vitest'
import { createBatch, createLease } from '../test/fixtures/lease.ts'
import { pass } from '../test/fixtures/turns.ts'
import { createBacklog, type WaitingRun } from './backlog.ts'

function createSubject() {
  const clock = createVirtualClock({ start: 0 })
  const stale: WaitingRun[] = []
  const backlog = createBacklog({ clock, onStale: (runs) => void stale.push(...runs) })
  const push = (): WaitingRun => {
    const run = { lease: createLease(), batch: createBatch({ ahead: true, cameAt: clock.now() }) }
    backlog.push(run)
    return run
  }
  return { clock, stale, backlog, push }
}

describe('createBacklog', () => {
  it('gives out runs in the order they came', () => {
    const { backlog, push } = createSubject()
    const runs = [push(), push()]
    expect(backlog.size).toBe(2)
    expect([backlog.shift(), backlog.shift(), backlog.shift()]).toEqual([...runs, undefined])
    expect(backlog.size).toBe(0)
  })

  it('tells of those that have waited 10 ms, and of later ones when it is their turn', async () => {
    const { clock, stale, backlog, push } = createSubject()
    const first = push()
    await pass(clock, 4)
    const second = push()
    await pass(clock, 5)
    expect(stale).toEqual([])
    await pass(clock, 1)
    expect(stale).toEqual([first])
    await pass(clock, 4)
    expect([stale, backlog.size]).toEqual([[first, second], 0])
  })

  it('tells of none that was taken in time, and keeps watch over the next', async () => {
    const { clock, stale, backlog, push } = createSubject()
    push()
    backlog.shift()
    await pass(clock, 20)
    expect(stale).toEqual([])
    const late = push()
    await pass(clock, 10)
    expect(stale).toEqual([late])
  })

  it('takes out one by its token, and all that are left', () => {
    const { backlog, push } = createSubject()
    const [first, second, third] = [push(), push(), push()]
    backlog.shift()
    expect(backlog.remove(first.lease.token)).toBeUndefined()
    expect(backlog.remove(second.lease.token)).toBe(second)
    expect(backlog.clear()).toEqual([third])
    expect(backlog.size).toBe(0)
  })
})
