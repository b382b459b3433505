import { expect, test } from 'vitest'
import { Faults } from './faults.ts'
import { resolveTaskOptions } from './task-options.ts'

test('resolves what was given, and leaves absent what was not', () => {
  const faults = new Faults()
  const options = { timeout: '30s', heartbeatTimeout: 1_000, priority: 3, retryPolicy: { maxAttempts: 1 } }
  expect(resolveTaskOptions(options, faults)).toEqual({
    timeoutMs: 30_000,
    heartbeatTimeoutMs: 1_000,
    priority: 3,
    retryPolicy: expect.objectContaining({ maxAttempts: 1, initialDelayMs: 5_000 }),
  })
  expect(resolveTaskOptions({}, faults)).toEqual({})
  expect(faults.found).toEqual([])
})

test('a lease is never shorter than a second', () => {
  const faults = new Faults()
  resolveTaskOptions({ heartbeatTimeout: 999 }, faults)
  expect(faults.found).toEqual([
    { field: 'heartbeatTimeout', problem: 'must be at least 1000 ms', limit: 1_000 },
  ])
})
