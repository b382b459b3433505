import { describe, expect, it } from 'vitest'
import { createEntry, createManyEntry } from '../test/fixtures/lease.ts'
import type { FetchPlan } from './fetch-plan.ts'
import { createGroupClaims, type GroupSupply, type Haul } from './group-claims.ts'
import { createSlots } from './slots.ts'

const supply: GroupSupply = { waiting: 0, unsettled: 0, isContested: false }

function createSubject({ concurrency = 4, maxWaitMs = 0 } = {}) {
  const entries = [createEntry('plain'), createManyEntry('many', { maxSize: 10, maxWaitMs })]
  const slots = createSlots(concurrency, entries)
  const claims = createGroupClaims(slots)
  const haul = (plan: FetchPlan, many: number, how: Partial<Haul> = {}): Haul => ({
    plan,
    given: new Map([['many', many]]),
    isShort: many < plan.limit,
    isOld: false,
    ...how,
  })
  return { slots, claims, haul }
}

const shared: FetchPlan = { limit: 4, start: true }

describe('createGroupClaims', () => {
  it('keeps slots for what it asks for, until that is answered', () => {
    const { slots, claims } = createSubject()
    const plan = claims.ask(supply) as FetchPlan
    expect([plan.limit, slots.counts(0).kept, slots.hasRoom]).toEqual([40, 4, false])
    expect(claims.ask(supply)).toBeUndefined()
    claims.answered(plan)
    expect([slots.counts(0).kept, slots.hasRoom]).toEqual([0, true])
  })

  it('asks no more after a short answer, until someone expects work', () => {
    const { claims, haul } = createSubject()
    const plan = claims.ask(supply) as FetchPlan
    claims.answered(plan)
    claims.note(haul(plan, 3))
    expect([claims.isHungry(0), claims.ask(supply)]).toEqual([false, undefined])
    claims.expectWork()
    expect(claims.isHungry(0)).toBe(true)
  })

  it('asks on after a full answer, and after one that is older than the last news', () => {
    const { claims, haul } = createSubject()
    const plan = claims.ask(supply) as FetchPlan
    claims.answered(plan)
    claims.note(haul(plan, 40))
    expect(claims.isHungry(0)).toBe(true)
    claims.note(haul(plan, 0, { isOld: true }))
    expect(claims.isHungry(0)).toBe(true)
  })

  it('leaves half of the slots to others who find work, and the last one every other time', () => {
    const contested = { ...supply, isContested: true }
    expect(createSubject().claims.ask(contested)).toMatchObject({ limit: 20 })
    const { claims, haul } = createSubject({ concurrency: 1 })
    expect(claims.ask(contested)).toBeUndefined()
    claims.noteShared(haul({ limit: 1, start: true }, 0, { isShort: false }))
    expect(claims.ask(contested)).toMatchObject({ limit: 10 })
  })

  it('waits for a store that is far behind', () => {
    const { claims } = createSubject()
    expect(claims.ask({ ...supply, unsettled: 2_001 })).toBeUndefined()
  })

  it.each<[string, number, Partial<Haul>, boolean]>([
    ['found some and may have left more', 1, { isShort: false }, true],
    ['took all it had room for', 4, {}, true],
    ['found the last of it', 1, {}, false],
    ['had no room for it', 0, { plan: { ...shared, free: { many: 0 } } }, true],
  ])('learns of work from a claim for all handlers that %s', (_, many, how, isHungry) => {
    const { claims, haul } = createSubject()
    const plan = claims.ask(supply) as FetchPlan
    claims.answered(plan)
    claims.note(haul(plan, 0))
    claims.noteShared(haul(shared, many, how))
    expect(claims.isHungry(0)).toBe(isHungry)
  })
})
