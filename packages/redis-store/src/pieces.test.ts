import { describe, expect, it } from 'vitest'
import { partitionKeys } from './keys.ts'
import { cut } from './pieces.ts'

const partitions = [partitionKeys('p', 0), partitionKeys('p', 1)] as const

describe('cut', () => {
  it('keeps the order inside a partition and remembers the places', () => {
    const pieces = cut([0, 1, 2, 3, 4], (n) => partitions[n % 2 === 0 ? 0 : 1])
    expect(pieces.map(({ partition, items, places }) => [partition.index, items, places])).toEqual([
      [0, [0, 2, 4], [0, 2, 4]],
      [1, [1, 3], [1, 3]],
    ])
  })

  it('cuts after 500 items', () => {
    const pieces = cut(
      Array.from({ length: 1_001 }, (_, i) => i),
      () => partitions[0],
    )
    expect(pieces.map(({ piece, items }) => [piece, items.length])).toEqual([
      [0, 500],
      [1, 500],
      [2, 1],
    ])
  })

  it('cuts by weight, and lets one heavy item travel alone', () => {
    const mib = 1024 * 1024
    const pieces = cut(
      [3 * mib, mib, mib, 9 * mib, 1],
      () => partitions[0],
      (bytes) => bytes,
    )
    expect(pieces.map(({ items }) => items)).toEqual([[3 * mib, mib], [mib], [9 * mib], [1]])
  })
})
