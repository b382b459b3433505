import { ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { type RedisStoreOptions, resolveOptions } from './options.ts'

function faultsOf(options: RedisStoreOptions): readonly string[] {
  try {
    resolveOptions(options)
    return []
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    return error.fields.map(({ field }) => field)
  }
}

describe('options of the Redis store', () => {
  it('have defaults', () => {
    expect(resolveOptions({})).toMatchObject({ keyPrefix: 'dureq', partitions: 1, commandTimeoutMs: 5_000 })
  })

  it.each([
    [{ keyPrefix: '' }, ['keyPrefix']],
    [{ keyPrefix: 'a{b}' }, ['keyPrefix']],
    [{ partitions: 0 }, ['partitions']],
    [{ partitions: 1.5 }, ['partitions']],
    [{ partitions: 1_025 }, ['partitions']],
    [{ commandTimeoutMs: 0 }, ['commandTimeoutMs']],
    [{ url: 'http://x' }, ['url']],
    [{ url: 'redis://x:port' }, ['url']],
    [{ cluster: [] }, ['cluster']],
    [{ cluster: ['a:1', 'b'] }, ['cluster[1]']],
    [{ sentinel: { masterName: 'm', addresses: ['a:x'] } }, ['sentinel.addresses[0]']],
    [{ connectionName: 'a b' }, ['connectionName']],
    [{ url: 'redis://x', cluster: ['a:1'] }, ['url']],
    [{ keyPrefix: ' ', partitions: -1 }, ['keyPrefix', 'partitions']],
  ] satisfies [RedisStoreOptions, string[]][])('refuse %j', (options, fields) => {
    expect(faultsOf(options)).toEqual(fields)
  })
})
