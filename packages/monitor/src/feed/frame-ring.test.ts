import { describe, expect, it } from 'vitest'
import { gapFrame } from './frame.ts'
import { FrameRing } from './frame-ring.ts'

/** A ring of 3 that begins at `p0` and has been given these. */
function ringOf(...positions: readonly string[]): FrameRing {
  const ring = new FrameRing(3, 'p0')
  for (const position of positions) ring.append(gapFrame({ timestamp: 0 }, position))
  return ring
}

const positionsOf = (ring: FrameRing, place: number, limit = 10): readonly string[] =>
  ring.read(place, limit).frames.map(({ position }) => position)

describe('the ring', () => {
  it('is read in order, a piece at a time', () => {
    const ring = ringOf('p1', 'p2', 'p3')
    expect(positionsOf(ring, 0, 2)).toEqual(['p1', 'p2'])
    expect(ring.read(0, 2)).toMatchObject({ next: 2, missed: 0 })
    expect(positionsOf(ring, 2)).toEqual(['p3'])
    expect(ring.read(3, 10)).toEqual({ frames: [], next: 3, missed: 0 })
  })

  it('keeps the newest and says how many a reader has missed', () => {
    const ring = ringOf('p1', 'p2', 'p3', 'p4', 'p5')
    expect(positionsOf(ring, 0)).toEqual(['p3', 'p4', 'p5'])
    expect(ring.read(0, 10)).toMatchObject({ next: 5, missed: 2 })
    expect([ring.base, ring.position]).toEqual(['p2', 'p5'])
  })

  it('knows where to read on after the positions it has, and after the one before them', () => {
    const ring = ringOf('p1', 'p2', 'p3', 'p4')
    expect(positionsOf(ring, ring.placeAfter('p1') as number)).toEqual(['p2', 'p3', 'p4'])
    expect(positionsOf(ring, ring.placeAfter('p3') as number)).toEqual(['p4'])
    expect(ring.placeAfter('p4')).toBe(ring.end)
    expect([ring.placeAfter('p0'), ring.placeAfter('p9')]).toEqual([undefined, undefined])
    expect(ringOf().placeAfter('p0')).toBe(0)
  })

  it('reads on after the first of several frames of one position', () => {
    const ring = ringOf('p1', 'p1', 'p2')
    expect(positionsOf(ring, ring.placeAfter('p1') as number)).toEqual(['p1', 'p2'])
    ring.append(gapFrame({ timestamp: 0 }, 'p3'))
    expect(positionsOf(ring, ring.placeAfter('p1') as number)).toEqual(['p1', 'p2', 'p3'])
  })
})
