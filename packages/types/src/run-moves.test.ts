import { expect, test } from 'vitest'
import { IllegalMoveError } from './errors/refused-errors.ts'
import { assertRunTransition, runMoves, validRunTransition } from './run-moves.ts'
import { isTerminalRunStatus, type RunStatus, runStatuses } from './run-status.ts'

test.each<[RunStatus, RunStatus]>([
  ['claimed', 'running'],
  ['claimed', 'failed'],
  ['claimed', 'cancelled'],
  ['running', 'succeeded'],
  ['running', 'failed'],
  ['running', 'timed_out'],
  ['running', 'cancelled'],
])('a run may go from %s to %s', (from, to) => {
  expect(validRunTransition(from, to)).toBe(true)
  expect(() => assertRunTransition(from, to)).not.toThrow()
})

test('the terminal statuses of a run are those without an exit', () => {
  const terminal = runStatuses.filter(isTerminalRunStatus)
  expect(terminal).toEqual(['succeeded', 'failed', 'timed_out', 'cancelled'])
  expect(runStatuses.filter((status) => runMoves[status].length === 0)).toEqual(terminal)
})

test('an illegal move of a run throws and says which', () => {
  expect(() => assertRunTransition('succeeded', 'running')).toThrow(IllegalMoveError)
  expect(() => assertRunTransition('succeeded', 'running')).toThrow('a run: succeeded -> running')
})
