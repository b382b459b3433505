import type { ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { checkManyRegistration, type HandleManyOptions } from './handle-many.ts'

const handler = (): never[] => []

function faultsOf(
  options: unknown,
  given: { readonly handler?: unknown; readonly leaseMs?: number } = {},
): string[] {
  try {
    const all = { options: options as HandleManyOptions, handler, leaseMs: 30_000, ...given } as const
    checkManyRegistration({ type: 'a' }, all as Parameters<typeof checkManyRegistration>[1])
    return []
  } catch (error) {
    return (error as ValidationError).fields.map(({ field }) => field)
  }
}

describe('checkManyRegistration', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['the largest', { maxSize: 1_000, maxWaitMs: 15_000 }, []],
    ['the smallest', { maxSize: 1, maxWaitMs: 0 }, []],
    ['no size', {}, ['maxSize']],
    ['no options', undefined, ['maxSize']],
    ['a size of none', { maxSize: 0 }, ['maxSize']],
    ['too large a size', { maxSize: 1_001 }, ['maxSize']],
    ['half a job', { maxSize: 1.5 }, ['maxSize']],
    ['a negative wait', { maxSize: 1, maxWaitMs: -1 }, ['maxWaitMs']],
    ['a wait that is over half of a lease', { maxSize: 1, maxWaitMs: 15_001 }, ['maxWaitMs']],
    [
      'every fault',
      { maxSize: 'a', maxWaitMs: 'b', concurrency: 0 },
      ['concurrency', 'maxSize', 'maxWaitMs'],
    ],
  ])('takes or refuses %s', (_, options, fields) => {
    expect(faultsOf(options)).toEqual(fields)
  })

  it('measures the wait by the lease of the handler', () => {
    expect(faultsOf({ maxSize: 1, maxWaitMs: 15_001, heartbeatTimeout: '1m' })).toEqual([])
    expect(faultsOf({ maxSize: 1, maxWaitMs: 501, heartbeatTimeout: '1s' })).toEqual(['maxWaitMs'])
  })

  it('refuses what is no function', () => {
    expect(faultsOf({ maxSize: 1 }, { handler: 'a' })).toEqual(['handler'])
  })
})
