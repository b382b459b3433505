import { createVirtualClock } from '@dureq/store-testing'
import { describe, expect, it } from 'vitest'
import { createBatch, createExecution, createManyEntry } from '../test/fixtures/lease.ts'
import type { Execution } from './execution.ts'
import { createGatherRooms, type GatherRoom } from './gather-room.ts'
import { createGatherer } from './gatherer.ts'
import type { ManyEntry } from './handler-entry.ts'

function createSubject(options: { readonly maxSize: number; readonly maxWaitMs?: number }) {
  const clock = createVirtualClock({ start: 0 })
  const entry = createManyEntry('plain', options)
  const [room] = createGatherRooms([entry])
  const groups: (readonly Execution[])[] = []
  const gatherer = createGatherer({
    clock,
    rooms: [room as GatherRoom],
    onGroup: (jobs) => void groups.push(jobs),
  })
  const add = (): Execution => {
    const execution = createExecution({}, entry, createBatch({ ahead: true }))
    gatherer.add(execution, entry.many as ManyEntry)
    return execution
  }
  return {
    clock,
    room: room as GatherRoom,
    groups,
    gatherer,
    add,
    sizes: () => groups.map((jobs) => jobs.length),
  }
}

describe('createGatherer', () => {
  it('begins full groups at once, and what is left of a claim when it has been handed out', () => {
    const { gatherer, add, sizes, room } = createSubject({ maxSize: 2 })
    for (let i = 0; i < 5; i++) add()
    expect([sizes(), room.gathered]).toEqual([[2, 2], 1])
    gatherer.flush()
    expect([sizes(), room.gathered]).toEqual([[2, 2, 1], 0])
    gatherer.flush()
    expect(sizes()).toEqual([2, 2, 1])
  })

  it('lets a group wait no longer than its first job may, and the next one as long again', async () => {
    const { gatherer, add, sizes, clock } = createSubject({ maxSize: 3, maxWaitMs: 100 })
    add()
    gatherer.flush()
    await clock.advanceBy(60)
    add()
    await clock.advanceBy(39)
    expect(sizes()).toEqual([])
    await clock.advanceBy(1)
    expect(sizes()).toEqual([2])
    add()
    await clock.advanceBy(99)
    expect(sizes()).toEqual([2])
    await clock.advanceBy(1)
    expect(sizes()).toEqual([2, 1])
  })

  it('does not begin a full group again when its time has come', async () => {
    const { add, sizes, clock } = createSubject({ maxSize: 2, maxWaitMs: 100 })
    add()
    add()
    add()
    await clock.advanceBy(50)
    add()
    await clock.advanceBy(200)
    expect(sizes()).toEqual([2, 2])
  })

  it('lets go of a job, of all, and of the timer with the last', async () => {
    const { gatherer, add, sizes, room, clock } = createSubject({ maxSize: 5, maxWaitMs: 100 })
    const first = add()
    const second = add()
    expect(gatherer.remove(first.lease.token)).toBe(first)
    expect([gatherer.remove(first.lease.token), room.gathered]).toEqual([undefined, 1])
    expect(gatherer.clear()).toEqual([second])
    expect([gatherer.clear(), room.gathered]).toEqual([[], 0])
    await clock.advanceBy(200)
    expect(sizes()).toEqual([])
  })
})
