import type { TaskPart, WorkflowState } from '@dureq/dag'
import { IllegalMoveError } from '@dureq/types'

/** From each status the statuses that may follow, each with what leads there. */
export type Moves<Status extends string> = Readonly<Record<Status, Readonly<Partial<Record<Status, string>>>>>

/** Where a workflow is in its life. */
export type Phase = WorkflowState['phase']

/** The moves of a task: the one table for code, tests and docs/workflow-states.md. */
export const taskMoves: Moves<TaskPart['status']> = {
  pending: {
    running: 'dispatched',
    completed: 'skipped or left out',
    failed: 'cannot be dispatched',
  },
  running: {
    completed: 'done',
    failed: 'failed for good',
    cancelled: 'the workflow is ending',
  },
  completed: { pending: 'next round of a loop, or done again by a retry' },
  failed: { pending: 'next round of a loop, or retry' },
  cancelled: { pending: 'retry' },
}

/** The moves of a workflow between the phases of its life: the one table for code, tests and docs/workflow-states.md. */
export const phaseMoves: Moves<Phase> = {
  init: {
    tasks: 'onInit has ended, or there is none',
    ending: 'cancel, deadline',
  },
  tasks: {
    ending: 'a task failed, cancel, deadline, continue as new',
    over: 'every task is settled, so it is completed',
  },
  ending: {
    backoff: 'nothing is under way, it failed with attempts left',
    over: 'nothing is under way, it is failed, cancelled or continued',
  },
  backoff: {
    tasks: 'next attempt',
    ending: 'cancel',
  },
  over: { tasks: 'retry by hand' },
}

/**
 * Passes when a task may go from one status to another, or stays in it.
 *
 * @throws IllegalMoveError when it may not: a bug.
 */
export function assertTaskMove(from: TaskPart['status'], to: TaskPart['status']): void {
  if (from !== to && taskMoves[from][to] === undefined) throw new IllegalMoveError('task', from, to)
}

/**
 * Passes when a workflow may go from one phase to another, or stays in it.
 *
 * @throws IllegalMoveError when it may not: a bug.
 */
export function assertPhaseMove(from: Phase, to: Phase): void {
  if (from !== to && phaseMoves[from][to] === undefined) {
    throw new IllegalMoveError('workflow phase', from, to)
  }
}
