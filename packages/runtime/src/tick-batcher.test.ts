import { describe, expect, it } from 'vitest'
import { createTickBatcher } from './tick-batcher.ts'

describe('createTickBatcher', () => {
  it('carries the items of one tick in one call and gives each its result', async () => {
    const calls: (readonly number[])[] = []
    const batcher = createTickBatcher(async (items: readonly number[]) => {
      calls.push(items)
      return items.map((item) => item * 2)
    })
    expect(await Promise.all([1, 2, 3].map((item) => batcher.add(item)))).toEqual([2, 4, 6])
    expect(await batcher.add(4)).toBe(8)
    expect(calls).toEqual([[1, 2, 3], [4]])
  })

  it('also collects what a few promises later is still the same tick', async () => {
    const calls: number[] = []
    const batcher = createTickBatcher(async (items: readonly string[]) => {
      calls.push(items.length)
      return items
    })
    const late = (async () => {
      for (let i = 0; i < 10; i++) await Promise.resolve()
      return batcher.add('late')
    })()
    await Promise.all([batcher.add('early'), late])
    expect(calls).toEqual([2])
  })

  it('cuts a tick into calls of at most maxItems', async () => {
    const calls: (readonly number[])[] = []
    const batcher = createTickBatcher(
      async (items: readonly number[]) => {
        calls.push(items)
        return items
      },
      { maxItems: 2 },
    )
    expect(await Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)))).toEqual([1, 2, 3, 4, 5])
    expect(calls).toEqual([[1, 2], [3, 4], [5]])
  })

  it('sends enough items at once, and the rest of the tick when it ends', async () => {
    const calls: (readonly number[])[] = []
    const batcher = createTickBatcher(
      async (items: readonly number[]) => {
        calls.push(items)
        return items
      },
      { eagerItems: 2 },
    )
    const added = [1, 2, 3].map((item) => batcher.add(item))
    expect(calls).toEqual([[1, 2]])
    await Promise.all(added)
    expect(calls).toEqual([[1, 2], [3]])
  })

  it('sends what there is when it is flushed, once', async () => {
    const calls: (readonly number[])[] = []
    const batcher = createTickBatcher(async (items: readonly number[]) => {
      calls.push(items)
      return items
    })
    const first = batcher.add(1)
    batcher.flush()
    batcher.flush()
    const second = batcher.add(2)
    expect(calls).toEqual([[1]])
    expect(await Promise.all([first, second])).toEqual([1, 2])
    expect(calls).toEqual([[1], [2]])
  })

  it('rejects all items of a call that failed, and works on', async () => {
    let fail = true
    const batcher = createTickBatcher(async (items: readonly number[]) => {
      if (fail) throw new Error('away')
      return items
    })
    const settled = await Promise.allSettled([batcher.add(1), batcher.add(2)])
    expect(settled.map((each) => each.status)).toEqual(['rejected', 'rejected'])
    fail = false
    expect(await batcher.add(3)).toBe(3)
  })

  it('refuses an answer that does not fit its items', async () => {
    const batcher = createTickBatcher(async () => [])
    await expect(batcher.add(1)).rejects.toThrow('1 items of a batch were answered with 0 results')
  })
})
