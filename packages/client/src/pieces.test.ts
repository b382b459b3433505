import { StoreUnavailableError } from '@dureq/types'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutIntoPieces, replyOf, sendPieces } from './pieces.ts'

describe('cutIntoPieces', () => {
  it('keeps every item in order and every piece within its limits, unless one item alone is larger', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 7 }), (items, maxItems) => {
        const pieces = cutIntoPieces(items, { maxItems, maxWeight: 20, weigh: (size) => size })
        expect(pieces.flat()).toEqual(items)
        for (const piece of pieces) {
          const weight = piece.reduce((sum, size) => sum + size, 0)
          expect(piece.length).toBeGreaterThan(0)
          expect(piece.length).toBeLessThanOrEqual(maxItems)
          expect(piece.length === 1 || weight <= 20).toBe(true)
        }
      }),
    )
  })

  it('makes no piece of nothing', () => {
    expect(cutIntoPieces([], { maxItems: 1, maxWeight: 1, weigh: () => 1 })).toEqual([])
  })
})

describe('sendPieces', () => {
  it('sends one piece after the other and answers item by item', async () => {
    let underWay = 0
    const settled = await sendPieces([[1, 2], [3]], async (piece) => {
      expect(++underWay).toBe(1)
      await Promise.resolve()
      underWay--
      return piece.map((n) => n * 10)
    })
    expect(settled.map(replyOf)).toEqual([10, 20, 30])
  })

  it('does not send what comes after a failure, and says that it certainly had no effect', async () => {
    const sent: number[][] = []
    const settled = await sendPieces([[1], [2], [3]], async (piece) => {
      sent.push([...piece])
      if (piece[0] === 2) throw new StoreUnavailableError(true)
      return piece
    })
    expect(sent).toEqual([[1], [2]])
    expect(replyOf(settled[0]!)).toBe(1)
    expect(() => replyOf(settled[1]!)).toThrow(expect.objectContaining({ mayHaveHappened: true }))
    expect(() => replyOf(settled[2]!)).toThrow(expect.objectContaining({ mayHaveHappened: false }))
  })
})
