import { ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { type BoundedListing, type BoundedPage, readBounded } from './bounded-page.ts'

interface Row {
  readonly key: readonly [number]
}

/** The numbers from 1 to `count`, of which those fit that can be divided by `every`. */
function numbers(count: number, every: number): BoundedListing<Row> & { looked: number } {
  return {
    looked: 0,
    name: ['numbers', undefined],
    isKey: (key): key is readonly [number] => key.length === 1 && typeof key[0] === 'number',
    *walk(after) {
      for (let i = Number(after?.[0] ?? 0) + 1; i <= count; i++) yield { key: [i] }
    },
    fitting(rows) {
      this.looked += rows.length
      return rows.filter(({ key: [number] }) => number % every === 0)
    },
  }
}

function numbersOf({ rows }: BoundedPage<Row>): readonly number[] {
  return rows.map(({ key: [number] }) => number)
}

describe('a bounded page', () => {
  it('goes on behind the last row it gave', () => {
    const listing = numbers(30, 10)
    const first = readBounded(listing, { limit: 2 })
    expect([numbersOf(first), first.found]).toEqual([[10, 20], 2])
    const second = readBounded(listing, { limit: 2, cursor: first.cursor ?? '' })
    expect([numbersOf(second), second.found, second.cursor]).toEqual([[30], 3, undefined])
  })

  it('is the last one when nothing that fits is behind it', () => {
    expect(readBounded(numbers(25, 10), { limit: 2 })).not.toHaveProperty('cursor')
    expect(readBounded(numbers(0, 1), { limit: 2 })).toEqual({ rows: [], found: 0 })
  })

  it('ends after 10,000 rows, found or not', () => {
    const listing = numbers(25_000, 12_000)
    const pages = [readBounded(listing, { limit: 5 })]
    for (let last = pages[0]; last?.cursor !== undefined; last = pages.at(-1)) {
      pages.push(readBounded(listing, { limit: 5, cursor: last.cursor }))
    }
    expect(pages.map(numbersOf)).toEqual([[], [12_000], [24_000]])
    expect(pages.map(({ found }) => found)).toEqual([0, 1, 2])
    expect(listing.looked).toBe(25_000)
  })

  it('takes an offset along that it could not pass over', () => {
    const listing = numbers(40_000, 4_000)
    const first = readBounded(listing, { limit: 2, offset: 4 })
    expect(numbersOf(first)).toEqual([])
    const second = readBounded(listing, { limit: 2, cursor: first.cursor ?? '' })
    expect([numbersOf(second), second.found]).toEqual([[20_000], 5])
  })

  it('passes over a full offset in one call where every row fits', () => {
    expect(numbersOf(readBounded(numbers(30_000, 1), { limit: 2, offset: 10_000 }))).toEqual([10_001, 10_002])
  })

  it.each([
    ['no cursor', { cursor: 'x' }],
    ['of another order', { cursor: readBounded(numbers(9, 1), { limit: 1 }).cursor ?? '', sort: 'oldest' }],
    ['an offset that is too great', { offset: 10_001 }],
  ] as const)('refuses what is %s', (_, page) => {
    expect(() => readBounded(numbers(9, 1), { limit: 1, ...page })).toThrow(ValidationError)
  })
})
