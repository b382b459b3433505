import type { FireRequest } from '@dureq/types'
import { expect, it } from 'vitest'
import { piecesOf } from './pieces.ts'

const plan = (jobId: string, firings: number): FireRequest => ({
  jobId,
  version: 1,
  times: Array.from({ length: firings }, (_, i) => ({ at: i })),
  skips: [],
  lastFiredAt: firings,
})

it('cuts plans by the firings they create, in order; one that only skips counts as one', () => {
  const plans = [plan('a', 2), plan('b', 0), plan('c', 1), plan('d', 9), plan('e', 3), plan('f', 1)]
  const pieces = piecesOf(plans, 4)
  expect(pieces.map((piece) => piece.map(({ jobId }) => jobId).join(''))).toEqual(['abc', 'd', 'ef'])
  expect(piecesOf([])).toEqual([])
})
