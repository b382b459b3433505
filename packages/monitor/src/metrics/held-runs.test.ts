import type { LeasedRun } from '@dureq/types'
import { expect, it } from 'vitest'
import { createHeldRuns } from './held-runs.ts'

const run = (token: string): LeasedRun => ({ token, taskType: `of ${token}` }) as LeasedRun

it('gives a run back once', () => {
  const held = createHeldRuns()
  held.add(run('a'), 5)
  expect(held.take(run('a'))).toEqual({ taskType: 'of a', claimedAt: 5 })
  expect(held.take(run('a'))).toBeUndefined()
})

it('forgets the oldest when there are too many', () => {
  const held = createHeldRuns(2)
  for (const token of ['a', 'b', 'c']) held.add(run(token), 1)
  expect(held.take(run('a'))).toBeUndefined()
  expect(held.take(run('b'))).toBeDefined()
  expect(held.take(run('c'))).toBeDefined()
})
