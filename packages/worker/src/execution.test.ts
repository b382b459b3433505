import { describe, expect, it } from 'vitest'
import { createEntry, createExecution } from '../test/fixtures/lease.ts'

describe('Execution', () => {
  it('aborts a signal that was asked for before', () => {
    const execution = createExecution()
    const { signal } = execution
    expect(signal.aborted).toBe(false)
    const error = new Error('enough')
    expect(execution.tellToEnd({ cause: 'cancel', error })).toBe(true)
    expect([signal.aborted, signal.reason, execution.signal]).toEqual([true, error, signal])
  })

  it('gives an aborted signal when asked afterwards', () => {
    const execution = createExecution()
    const error = new Error('enough')
    execution.tellToEnd({ cause: 'timeout', error })
    expect([execution.signal.aborted, execution.signal.reason]).toEqual([true, error])
  })

  it('keeps the first cause', () => {
    const execution = createExecution()
    const error = new Error('first')
    execution.tellToEnd({ cause: 'timeout', error })
    expect(execution.tellToEnd({ cause: 'cancel', error: new Error('second') })).toBe(false)
    expect([execution.abort?.cause, execution.signal.reason]).toEqual(['timeout', error])
  })

  it('goes by the timeout of the job, else by that of the handler', () => {
    const entry = createEntry('plain', undefined, { timeout: 100 })
    expect(createExecution({ timeoutMs: 7 }, entry).timeoutMs).toBe(7)
    expect(createExecution({}, entry).timeoutMs).toBe(100)
    expect(createExecution().timeoutMs).toBeUndefined()
  })
})
