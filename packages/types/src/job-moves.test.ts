import { describe, expect, test } from 'vitest'
import { IllegalMoveError } from './errors/refused-errors.ts'
import { assertJobTransition, jobMoves, validJobTransition } from './job-moves.ts'
import {
  isPausedJobStatus,
  isRetryableJobStatus,
  isTerminalJobStatus,
  type JobStatus,
  jobStatuses,
} from './job-status.ts'

const inherited: Record<JobStatus, JobStatus[]> = {
  pending: ['scheduled', 'running', 'cancelled', 'completed', 'failed', 'retrying', 'dead'],
  scheduled: ['running', 'cancelled', 'completed', 'pending'],
  running: ['completed', 'failed', 'retrying', 'paused', 'dead', 'cancelled', 'scheduled'],
  retrying: ['running', 'paused', 'dead', 'cancelled'],
  paused: ['retrying', 'running', 'dead', 'cancelled'],
  failed: ['retrying', 'paused', 'dead', 'scheduled', 'cancelled', 'pending'],
  completed: ['scheduled', 'pending'],
  dead: ['retrying', 'pending'],
  cancelled: [],
}

const ours: [JobStatus, JobStatus][] = [
  ['pending', 'paused'],
  ['scheduled', 'paused'],
  ['running', 'pending'],
  ['paused', 'pending'],
  ['paused', 'scheduled'],
]

describe('the moves of a job', () => {
  test('are those of the Go implementation and ours, and no others', () => {
    const pairs = (table: Record<JobStatus, readonly JobStatus[]>): string[] =>
      jobStatuses.flatMap((from) => table[from].map((to) => `${from} -> ${to}`))
    const expected = [...pairs(inherited), ...ours.map(([from, to]) => `${from} -> ${to}`)]
    expect(pairs(jobMoves).sort()).toEqual(expected.sort())
  })

  test.each<[JobStatus, JobStatus]>([
    ['completed', 'running'],
    ['completed', 'failed'],
    ['cancelled', 'running'],
    ['cancelled', 'pending'],
    ['dead', 'running'],
    ['dead', 'completed'],
  ])('do not lead from %s to %s', (from, to) => {
    expect(validJobTransition(from, to)).toBe(false)
    expect(() => assertJobTransition(from, to)).toThrow(IllegalMoveError)
  })

  test('never stay where they are', () => {
    for (const status of jobStatuses) expect(validJobTransition(status, status)).toBe(false)
  })

  test('pass the assertion where they are allowed', () => {
    expect(() => assertJobTransition('pending', 'running')).not.toThrow()
  })
})

test('job statuses that are terminal, paused or retryable', () => {
  expect(jobStatuses.filter(isTerminalJobStatus)).toEqual(['completed', 'dead', 'cancelled'])
  expect(jobStatuses.filter(isPausedJobStatus)).toEqual(['paused'])
  expect(jobStatuses.filter(isRetryableJobStatus)).toEqual(['failed', 'dead', 'cancelled'])
})
