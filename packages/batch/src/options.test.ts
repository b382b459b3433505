import { type Store, ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { type AggregatorOptions, createAggregator } from './aggregator.ts'
import { type BatchEngineOptions, createBatchEngine } from './batch-engine.ts'

/** Nothing is asked of it before a start. */
const store = { limits: { payload: 1_000 } } as unknown as Store

/** The fields named by the error of a call. */
function faultsOf(make: () => unknown): readonly string[] {
  try {
    make()
    return []
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    return error.fields.map(({ field }) => field)
  }
}

describe('createBatchEngine', () => {
  it.each<[Partial<BatchEngineOptions>, readonly string[]]>([
    [{}, []],
    [{ nodeId: 'n', batchSize: 1, leaseMs: 1_000, cacheSize: 0 }, []],
    [{ batchSize: 1_000, leaseMs: 60_000, cacheSize: 1_000_000 }, []],
    [
      { nodeId: '', batchSize: 0, leaseMs: 999, cacheSize: -1 },
      ['nodeId', 'batchSize', 'leaseMs', 'cacheSize'],
    ],
    [{ batchSize: 1_001, leaseMs: 60_001, cacheSize: 1_000_001 }, ['batchSize', 'leaseMs', 'cacheSize']],
    [{ batchSize: 1.5 }, ['batchSize']],
  ])('checks %o', (options, fields) => {
    expect(faultsOf(() => createBatchEngine({ store, ...options }))).toEqual(fields)
  })
})

describe('createAggregator', () => {
  const groups = { aggregator: () => null }

  it.each<[Partial<AggregatorOptions>, readonly string[]]>([
    [{}, []],
    [{ nodeId: 'n', concurrency: 1, timeout: 1, leaseMs: 1_000 }, []],
    [{ concurrency: 1_000, timeout: '10m', leaseMs: 60_000 }, []],
    [
      { nodeId: '', concurrency: 0, timeout: 0, leaseMs: 999 },
      ['nodeId', 'concurrency', 'leaseMs', 'timeout'],
    ],
    [{ concurrency: 1_001, timeout: '11m', leaseMs: 60_001 }, ['concurrency', 'leaseMs', 'timeout']],
    [{ timeout: 'soon' }, ['timeout']],
    [{ groups: [] }, ['groups']],
  ])('checks %o', (options, fields) => {
    expect(faultsOf(() => createAggregator({ store, groups, ...options }))).toEqual(fields)
  })
})
