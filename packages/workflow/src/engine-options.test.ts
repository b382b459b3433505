import { systemNewId } from '@dureq/runtime'
import { isId, type Store, ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { resolveEngineOptions, type WorkflowEngineOptions } from './engine-options.ts'

const store = {} as Store
const faultsOf = (options: Partial<WorkflowEngineOptions>): readonly string[] => {
  try {
    resolveEngineOptions({ store, ...options })
    return []
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    return error.fields.map(({ field }) => field)
  }
}

describe('the options of an engine', () => {
  it('have defaults', () => {
    const options = resolveEngineOptions({ store })
    expect(options).toMatchObject({ batchSize: 64, leaseMs: 10_000, cacheSize: 200_000, hooks: {} })
    expect(options.nodeId).toMatch(/-[0-9a-f]{16}$/)
    expect(options.newId).toBe(systemNewId)
  })

  it('mint ids from the clock and the random numbers they are given', () => {
    const { newId } = resolveEngineOptions({ store, random: () => 0 })
    expect(newId).not.toBe(systemNewId)
    expect(isId(newId())).toBe(true)
  })

  it('are refused together when they are wrong', () => {
    expect(faultsOf({ nodeId: '', batchSize: 0, leaseMs: 10, cacheSize: -1 })).toEqual([
      'nodeId',
      'batchSize',
      'leaseMs',
      'cacheSize',
    ])
    expect(faultsOf({ batchSize: 1_000, leaseMs: 60_000, cacheSize: 0 })).toEqual([])
  })
})
