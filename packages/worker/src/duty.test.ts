import { describe, expect, it } from 'vitest'
import { createEntry } from '../test/fixtures/lease.ts'
import { createDuty, effectiveHandlers } from './duty.ts'

const own = {
  concurrency: 10,
  entries: [createEntry('mail', undefined, { concurrency: 2, timeout: '5s' }), createEntry('order.*')],
}

describe('createDuty', () => {
  it('is what the node was told where operators have said nothing', () => {
    const duty = createDuty(own, { nodes: {}, handlers: { other: { concurrency: 1 } } })
    expect(duty).toMatchObject(own)
    expect(duty.handlerOf('order.new')).toBe(own.entries[1])
    expect(effectiveHandlers(duty)).toEqual({
      mail: { concurrency: 2, timeoutMs: 5_000, maxAttempts: 3 },
      'order.*': { maxAttempts: 3 },
    })
  })

  it('is what operators say', () => {
    const duty = createDuty(own, {
      nodes: { maxConcurrency: 3 },
      handlers: { mail: { timeoutMs: 9 }, 'order.*': { concurrency: 4, maxAttempts: 7 } },
    })
    expect(duty.concurrency).toBe(3)
    expect(effectiveHandlers(duty)).toEqual({
      mail: { concurrency: 2, timeoutMs: 9, maxAttempts: 3 },
      'order.*': { concurrency: 4, maxAttempts: 7 },
    })
    expect(duty.handlerOf('order.new')).toMatchObject({ concurrency: 4, policy: { maxAttempts: 7 } })
  })

  it('has another handler set only when the store has to know', () => {
    const { id } = createDuty(own, { nodes: {}, handlers: {} }).handlers
    const slower = createDuty(own, { nodes: {}, handlers: { mail: { timeoutMs: 1, concurrency: 9 } } })
    const braver = createDuty(own, { nodes: {}, handlers: { mail: { maxAttempts: 9 } } })
    expect(slower.handlers.id).toBe(id)
    expect(braver.handlers.id).not.toBe(id)
  })
})
