import { describe, expect, it } from 'vitest'
import { createEntry } from '../test/fixtures/lease.ts'
import type { HandlerEntry } from './handler-entry.ts'
import { createPaces, type Paces } from './pace.ts'

const quick = createEntry('quick')
const other = createEntry('other')
const limited = createEntry('limited', undefined, { concurrency: 5 })

function note(paces: Paces, entry: HandlerEntry, ...durations: number[]): void {
  for (const duration of durations) paces.note(entry, duration)
}

const runs = (count: number, durationMs: number): number[] => Array.from({ length: count }, () => durationMs)

describe('createPaces', () => {
  it('knows nothing fast before 32 runs', () => {
    const paces = createPaces([quick])
    note(paces, quick, ...runs(31, 0))
    expect(paces.excluded).toBeUndefined()
    note(paces, quick, 0)
    expect(paces.excluded).toEqual([])
  })

  it('goes by the average of the last 32 runs, which must be under 2 ms', () => {
    const paces = createPaces([quick])
    note(paces, quick, ...runs(32, 2))
    expect(paces.excluded).toBeUndefined()
    note(paces, quick, 1)
    expect(paces.excluded).toEqual([])
    note(paces, quick, 64)
    expect(paces.excluded).toBeUndefined()
    note(paces, quick, ...runs(31, 0))
    expect(paces.excluded).toBeUndefined()
    note(paces, quick, 0)
    expect(paces.excluded).toEqual([])
  })

  it('excludes what is not fast, and always what has a limit of its own', () => {
    const paces = createPaces([quick, other, limited])
    note(paces, limited, ...runs(40, 0))
    note(paces, quick, ...runs(40, 0))
    expect(paces.excluded).toEqual(['limited', 'other'])
    note(paces, other, ...runs(40, 1))
    expect(paces.excluded).toEqual(['limited'])
  })

  it('forgets the runs of one that kept work waiting', () => {
    const paces = createPaces([quick])
    note(paces, quick, ...runs(40, 0))
    paces.distrust(quick)
    paces.distrust(limited)
    note(paces, quick, ...runs(31, 0))
    expect(paces.excluded).toBeUndefined()
    note(paces, quick, 0)
    expect(paces.excluded).toEqual([])
  })

  it('claims nothing ahead when the exceptions would be more than a claim should name', () => {
    const many = Array.from({ length: 33 }, (_, i) => createEntry(`t${i}`))
    const paces = createPaces([quick, ...many])
    note(paces, quick, ...runs(32, 0))
    expect(paces.excluded).toBeUndefined()
  })

  it('begins anew when limits change', () => {
    const paces = createPaces([quick, limited])
    note(paces, quick, ...runs(32, 0))
    paces.configure([
      { ...quick, concurrency: 3 },
      { ...limited, concurrency: undefined },
    ])
    expect(paces.excluded).toBeUndefined()
    note(paces, quick, ...runs(32, 0))
    expect(paces.excluded).toBeUndefined()
    note(paces, limited, ...runs(32, 0))
    expect(paces.excluded).toEqual(['quick'])
  })
})
