import { type InstanceCommit, type MemberJob, noChanges } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { piecesOf } from './pieces.ts'

const empty: InstanceCommit = {
  id: 'a',
  version: 1,
  consumed: 1,
  status: 'running',
  state: '{}',
  ...noChanges,
}

const job: MemberJob = {
  id: 'j',
  taskType: 'noop',
  payload: 'null',
  priority: 5,
  workflowId: 'a',
  workflowTask: 't',
}

/** A step that enqueues so many jobs, with so many characters of parts. */
function step(jobs: number, characters = 0): { readonly commit: InstanceCommit } {
  const parts = [{ name: 't:x', text: 'x'.repeat(characters) }]
  return { commit: { ...empty, parts, enqueue: Array(jobs).fill(job) as readonly MemberJob[] } }
}

const sizes = (steps: readonly { readonly commit: InstanceCommit }[]): readonly number[] =>
  piecesOf(steps).map((piece) => piece.length)

describe('pieces', () => {
  it('hold what belongs into one call, in order', () => {
    const steps = [step(1), step(2), step(3)]
    expect(piecesOf(steps)).toEqual([steps])
    expect(piecesOf([])).toEqual([])
  })

  it('are cut where they would change more than 500 things', () => {
    expect(sizes([step(249), step(249), step(1)])).toEqual([2, 1])
    expect(sizes(Array.from({ length: 64 }, () => step(10)))).toEqual([45, 19])
  })

  it('are cut where they would carry more than a mebibyte', () => {
    const half = 512 * 1024
    expect(sizes([step(0, half - 100), step(0, half - 100), step(0)])).toEqual([3])
    expect(sizes([step(0, half), step(0, half), step(0)])).toEqual([1, 2])
  })

  it('may be larger when a single step is', () => {
    expect(sizes([step(0), step(10_000), step(0), step(0)])).toEqual([1, 1, 2])
  })
})
