import type { Clock } from '@dureq/types'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDeadlines, type Due } from './deadlines.ts'

interface Item extends Due {
  readonly name: number
}

/** A clock whose one timer a test fires; it counts how often a timer was set. */
function createSubject(onDue: (item: Item) => void = () => {}) {
  let now = 0
  let set = 0
  let timers: { at: number; callback: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    setTimeout: (callback, ms) => {
      set++
      const timer = { at: now + ms, callback }
      timers.push(timer)
      return { cancel: () => void (timers = timers.filter((each) => each !== timer)) }
    },
    sleep: () => Promise.reject(new Error('not used')),
  }
  const due: number[] = []
  const deadlines = createDeadlines<Item>(clock, (item) => {
    due.push(item.name)
    onDue(item)
  })
  const passTo = (target: number): void => {
    for (;;) {
      const next = timers.filter((timer) => timer.at <= target).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      timers = timers.filter((timer) => timer !== next)
      now = next.at
      next.callback()
    }
    now = target
  }
  return { deadlines, due, passTo, timersSet: () => set, pending: () => timers.length }
}

const item = (name: number, dueAt: number): Item => ({ name, dueAt, heapIndex: -1 })

describe('createDeadlines', () => {
  it('calls back for what is due, earliest first, once', () => {
    const { deadlines, due, passTo } = createSubject()
    for (const each of [item(3, 30), item(1, 10), item(2, 20)]) deadlines.set(each)
    passTo(20)
    expect(due).toEqual([1, 2])
    passTo(100)
    expect(due).toEqual([1, 2, 3])
  })

  it('does not call back for what was taken out, and moves what is set anew', () => {
    const { deadlines, due, passTo } = createSubject()
    const [gone, moved] = [item(1, 10), item(2, 20)]
    deadlines.set(gone)
    deadlines.set(moved)
    deadlines.remove(gone)
    deadlines.remove(gone)
    moved.dueAt = 50
    deadlines.set(moved)
    passTo(49)
    expect(due).toEqual([])
    passTo(50)
    expect(due).toEqual([2])
  })

  it('sets one timer for many items of one length', () => {
    const { deadlines, timersSet, pending } = createSubject()
    for (let i = 0; i < 1_000; i++) {
      const each = item(i, 1_000 + i)
      deadlines.set(each)
      deadlines.remove(each)
    }
    expect([timersSet(), pending(), deadlines.size]).toEqual([1, 1, 0])
  })

  it('leaves no timer when cleared', () => {
    const { deadlines, due, passTo, pending } = createSubject()
    deadlines.set(item(1, 10))
    deadlines.clear()
    expect([pending(), deadlines.size]).toEqual([0, 0])
    passTo(100)
    expect(due).toEqual([])
  })

  it('may be set again while it calls back', () => {
    const { deadlines, due, passTo } = createSubject((each) => {
      if (each.dueAt === 10) deadlines.set(Object.assign(each, { dueAt: 20 }))
    })
    deadlines.set(item(1, 10))
    passTo(19)
    expect([due, deadlines.size]).toEqual([[1], 1])
    passTo(20)
    expect([due, deadlines.size]).toEqual([[1, 1], 0])
  })

  it('agrees with a sorted list under any sequence of sets and removals', () => {
    const act = fc.record({ name: fc.nat(20), dueAt: fc.integer({ min: 0, max: 50 }), remove: fc.boolean() })
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const { deadlines, due, passTo } = createSubject()
        const items = new Map<number, Item>()
        const expected = new Map<number, number>()
        for (const { name, dueAt, remove } of acts) {
          const each = items.get(name) ?? item(name, dueAt)
          items.set(name, each)
          if (remove) {
            deadlines.remove(each)
            expected.delete(name)
          } else {
            each.dueAt = dueAt
            deadlines.set(each)
            expected.set(name, dueAt)
          }
          expect(deadlines.size).toBe(expected.size)
        }
        passTo(100)
        const instants = due.map((name) => expected.get(name) ?? -1)
        expect([...due].sort((a, b) => a - b)).toEqual([...expected.keys()].sort((a, b) => a - b))
        expect(instants).toEqual([...instants].sort((a, b) => a - b))
      }),
    )
  })
})
