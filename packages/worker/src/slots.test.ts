import { describe, expect, it } from 'vitest'
import { createEntry } from '../test/fixtures/lease.ts'
import { createSlots } from './slots.ts'

const narrow = createEntry('narrow', undefined, { concurrency: 2 })
const wide = createEntry('wide')

function createSubject() {
  const slots = createSlots(10, [narrow, wide])
  const limited = (): unknown => {
    const [each] = slots.counts(0).limited
    return each && [each.running, each.asked]
  }
  return { slots, limited }
}

describe('createSlots', () => {
  it('counts what runs and what is asked for, of the node and of handlers with a limit', () => {
    const { slots, limited } = createSubject()
    slots.ask({ limit: 5, start: true, free: { narrow: 2 } })
    slots.take(narrow)
    slots.take(wide)
    expect(slots.counts(0)).toMatchObject({ concurrency: 10, running: 2, asked: 5, claimsUnderWay: 1 })
    expect(limited()).toEqual([1, 2])
    slots.answered({ limit: 5, start: true, free: { narrow: 2 } })
    slots.giveBack(narrow)
    expect(slots.counts(0)).toMatchObject({ running: 1, asked: 0, claimsUnderWay: 0 })
    expect(limited()).toEqual([0, 0])
  })

  it('has room for runs claimed ahead while a slot is neither taken nor promised', () => {
    const { slots } = createSubject()
    slots.ask({ limit: 9, start: true })
    slots.ask({ limit: 9, start: false })
    expect([slots.hasRoom, slots.counts(3)]).toMatchObject([true, { asked: 18, waiting: 3 }])
    slots.take(wide)
    expect(slots.hasRoom).toBe(false)
    slots.answered({ limit: 9, start: true })
    expect(slots.hasRoom).toBe(true)
  })

  it('counts a plan that names no limit in full against every handler', () => {
    const { slots, limited } = createSubject()
    slots.ask({ limit: 1, start: true })
    expect(limited()).toEqual([0, 1])
  })

  it('remembers a handler that was given all it had room for, until it has room', () => {
    const { slots } = createSubject()
    slots.take(narrow)
    slots.take(narrow)
    expect(slots.noteShort({ limit: 8, start: true, free: { narrow: 0 } }, new Map())).toBe(false)
    slots.take(wide)
    expect(slots.giveBack(wide)).toBe(false)
    expect(slots.giveBack(narrow)).toBe(true)
  })

  it('forgets it when there was less work for it than room', () => {
    const { slots } = createSubject()
    slots.take(narrow)
    slots.take(narrow)
    slots.noteShort({ limit: 8, start: true, free: { narrow: 0 } }, new Map())
    slots.giveBack(narrow)
    slots.noteShort({ limit: 9, start: true, free: { narrow: 1 } }, new Map([['wide', 1]]))
    expect(slots.giveBack(narrow)).toBe(false)
  })

  it('says at once when a slot has become free since the claim was sent', () => {
    const { slots } = createSubject()
    slots.take(narrow)
    expect(slots.noteShort({ limit: 8, start: true, free: { narrow: 1 } }, new Map([['narrow', 1]]))).toBe(
      true,
    )
  })

  it('can be given other limits at any time: what runs counts', () => {
    const { slots } = createSubject()
    for (let i = 0; i < 3; i++) slots.take(wide)
    slots.take(narrow)
    slots.configure(20, [
      { ...narrow, concurrency: undefined },
      { ...wide, concurrency: 5 },
    ])
    const limited = [expect.objectContaining({ name: 'wide', limit: 5, running: 3, asked: 0 })]
    expect(slots.counts(0)).toMatchObject({ concurrency: 20, running: 4, limited })
    expect(slots.counts(0).limited).toHaveLength(1)
  })

  it('takes no harm from claims that were sent before a limit', () => {
    const { slots } = createSubject()
    slots.ask({ limit: 9, start: true })
    slots.configure(10, [narrow, { ...wide, concurrency: 5 }])
    slots.answered({ limit: 9, start: true })
    expect(slots.counts(0).limited.map(({ asked }) => asked)).toEqual([0, 0])
  })
})
