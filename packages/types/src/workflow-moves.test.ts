import { expect, test } from 'vitest'
import { IllegalMoveError } from './errors/refused-errors.ts'
import { assertWorkflowTransition, validWorkflowTransition, workflowMoves } from './workflow-moves.ts'
import {
  isRetryableWorkflowStatus,
  isTerminalWorkflowStatus,
  type WorkflowStatus,
  workflowStatuses,
} from './workflow-status.ts'

test.each<[WorkflowStatus, WorkflowStatus]>([
  ['pending', 'running'],
  ['pending', 'cancelled'],
  ['running', 'completed'],
  ['running', 'failed'],
  ['running', 'cancelled'],
  ['running', 'suspended'],
  ['running', 'continued'],
  ['suspended', 'running'],
  ['suspended', 'cancelled'],
  ['failed', 'running'],
])('a workflow may go from %s to %s', (from, to) => {
  expect(() => assertWorkflowTransition(from, to)).not.toThrow()
})

test('a workflow has no other moves than those ten', () => {
  expect(Object.values(workflowMoves).flat()).toHaveLength(10)
})

test.each<[WorkflowStatus, WorkflowStatus]>([
  ['completed', 'running'],
  ['completed', 'failed'],
  ['cancelled', 'running'],
  ['cancelled', 'pending'],
])('a workflow may not go from %s to %s', (from, to) => {
  expect(validWorkflowTransition(from, to)).toBe(false)
  expect(() => assertWorkflowTransition(from, to)).toThrow(IllegalMoveError)
})

test('workflow statuses that are terminal or retryable', () => {
  const terminal = ['completed', 'failed', 'cancelled', 'continued']
  expect(workflowStatuses.filter(isTerminalWorkflowStatus)).toEqual(terminal)
  expect(workflowStatuses.filter(isRetryableWorkflowStatus)).toEqual(['failed', 'cancelled'])
})
