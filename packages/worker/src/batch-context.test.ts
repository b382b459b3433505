import { describe, expect, it } from 'vitest'
import { createBatchContext } from './batch-context.ts'

describe('createBatchContext', () => {
  it('tells an item its batch, its id and what the shared step returned, parsed once', () => {
    const leased = { id: 'b1', name: 'import', role: 'item', item: 'row-1' } as const
    const ctx = createBatchContext({ ...leased, onetimeResult: '{"table":"t1"}' })
    expect(ctx).toMatchObject({ id: 'b1', name: 'import', role: 'item', itemId: 'row-1' })
    expect(ctx.onetimeResult).toEqual({ table: 't1' })
    expect(ctx.onetimeResult).toBe(ctx.onetimeResult)
  })

  it('has no item in the shared step, and no result where there is none', () => {
    const ctx = createBatchContext({ id: 'b1', name: 'import', role: 'onetime' })
    expect(ctx).toMatchObject({ role: 'onetime', itemId: undefined })
    expect(ctx.onetimeResult).toBeUndefined()
  })

  it('keeps a result that is null', () => {
    const ctx = createBatchContext({
      id: 'b1',
      name: 'import',
      role: 'item',
      item: 'a',
      onetimeResult: 'null',
    })
    expect(ctx.onetimeResult).toBeNull()
  })
})
