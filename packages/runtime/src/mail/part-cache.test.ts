import { describe, expect, it } from 'vitest'
import { createPartCache } from './part-cache.ts'

interface Part {
  readonly status: string
}

const part: Part = { status: 'running' }
const cacheOf = (mostParts: number, newHasNone = true) => createPartCache<Part>({ mostParts, newHasNone })

describe('a part cache', () => {
  it('knows all parts of an instance it has seen from its beginning', () => {
    const cache = cacheOf(10)
    const parts = cache.recall({ id: 'a', version: 1 })
    expect(parts.get('t:x')).toBeNull()
    parts.set('t:x', part)
    cache.keep('a', 2, parts)
    const later = cache.recall({ id: 'a', version: 2 })
    expect([later.get('t:x'), later.get('t:y')]).toEqual([part, null])
  })

  it('knows of another instance what was read of it', () => {
    const cache = cacheOf(10)
    const parts = cache.recall({ id: 'a', version: 7 })
    expect(parts.get('t:x')).toBeUndefined()
    parts.set('t:x', null)
    cache.keep('a', 8, parts)
    const later = cache.recall({ id: 'a', version: 8 })
    expect([later.get('t:x'), later.get('t:y')]).toEqual([null, undefined])
  })

  it('knows nothing of an instance that somebody else has changed, or that it was told to forget', () => {
    const cache = cacheOf(10)
    cache.keep('a', 2, cache.recall({ id: 'a', version: 1 }))
    expect(cache.recall({ id: 'a', version: 3 }).get('t:x')).toBeUndefined()
    cache.keep('b', 2, cache.recall({ id: 'b', version: 1 }))
    cache.forget('b')
    expect(cache.recall({ id: 'b', version: 2 }).get('t:x')).toBeUndefined()
  })

  it('forgets the least recently used instances when it is full', () => {
    const cache = cacheOf(6)
    const known = (id: string): boolean => cache.recall({ id, version: 2 }).get('t:x') === part
    for (const id of ['a', 'b', 'c']) {
      const parts = cache.recall({ id, version: 1 })
      parts.set('t:x', part)
      cache.keep(id, 2, parts)
    }
    expect(['a', 'b', 'c'].map(known)).toEqual([true, true, true])
    const parts = cache.recall({ id: 'a', version: 2 })
    cache.keep('a', 2, parts)
    const large = cache.recall({ id: 'd', version: 1 })
    for (const name of ['t:x', 't:y', 't:z']) large.set(name, part)
    cache.keep('d', 2, large)
    expect(['a', 'b', 'c', 'd'].map(known)).toEqual([true, false, false, true])
  })

  it('knows nothing of a new instance where those may have parts', () => {
    expect(cacheOf(10, false).recall({ id: 'a', version: 1 }).get('i:0')).toBeUndefined()
  })

  it('keeps nothing larger than itself', () => {
    const cache = cacheOf(0)
    cache.keep('a', 2, cache.recall({ id: 'a', version: 1 }))
    expect(cache.recall({ id: 'a', version: 2 }).get('t:x')).toBeUndefined()
  })
})
