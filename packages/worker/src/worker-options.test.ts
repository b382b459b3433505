import { ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createTestTools } from '../test/fixtures/tools.ts'
import { resolveWorkerOptions, type WorkerOptions } from './worker-options.ts'

const { store } = createTestTools({})

function faultsOf(options: Partial<WorkerOptions>): unknown {
  try {
    resolveWorkerOptions({ store, ...options })
    return []
  } catch (error) {
    return ValidationError.is(error) ? error.fields.map((fault) => fault.field) : error
  }
}

describe('resolveWorkerOptions', () => {
  it('fills in the defaults', () => {
    expect(resolveWorkerOptions({ store })).toMatchObject({
      concurrency: 100,
      leaseMs: 30_000,
      cancelGraceMs: 5_000,
      nodeTtlMs: 15_000,
      hooks: {},
    })
  })

  it('takes undefined for absent', () => {
    const given = { store, leaseMs: undefined } as unknown as WorkerOptions
    expect(resolveWorkerOptions(given).leaseMs).toBe(30_000)
  })

  it.each<[string, Partial<WorkerOptions>]>([
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['leaseMs', { leaseMs: 999 }],
    ['cancelGraceMs', { cancelGraceMs: -1 }],
    ['nodeTtlMs', { nodeTtlMs: 10 }],
    ['nodeId', { nodeId: '' }],
  ])('names %s when it is wrong', (field, options) => {
    expect(faultsOf(options)).toEqual([field])
  })

  it('names every fault at once', () => {
    expect(faultsOf({ concurrency: -1, leaseMs: 0 })).toEqual(['concurrency', 'leaseMs'])
  })
})
