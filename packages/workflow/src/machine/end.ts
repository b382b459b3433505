import type { Ending, HookName } from '@dureq/dag'
import {
  assertWorkflowTransition,
  type InstanceEvent,
  type InstanceMessage,
  type JsonText,
} from '@dureq/types'
import { backOff, hasAttemptsLeft } from './attempts.ts'
import { createSuccessor } from './child.ts'
import { clearDeadline } from './deadline.ts'
import type { Draft, End } from './draft.ts'
import { runHook } from './hooks.ts'
import { outputOfWorkflow } from './output.ts'
import { isSuspended, setPhase } from './phase.ts'
import { tellWorkflow } from './tell.ts'

/** Ends the workflow, or begins to wait for its next attempt, when nothing of it is left to end before. */
export function endIfDone(draft: Draft): void {
  const { phase, ending, open, active } = draft.state
  if (phase === 'tasks' && open === 0 && !isSuspended(draft)) return complete(draft)
  if (phase !== 'ending' || ending === undefined || active > 0) return
  // A suspended workflow can be cancelled; any other end comes with the resume.
  if (isSuspended(draft) && ending.status !== 'cancelled') return
  if (ending.status === 'failed' && hasAttemptsLeft(draft, ending)) return backOff(draft, ending)
  end(draft, endOf(draft, ending))
}

function complete(draft: Draft): void {
  const output = outputOfWorkflow(draft)
  end(draft, { status: 'completed', ...(output !== undefined && { output }) })
}

function endOf(draft: Draft, { status, error, input }: Ending): End {
  if (status === 'continued') return { status, continuedTo: createSuccessor(draft, input) }
  return { status, ...(error !== undefined && { error }) }
}

const hooksOf: Readonly<Record<End['status'], readonly HookName[]>> = {
  completed: ['onSuccess', 'onExit'],
  failed: ['onFailure', 'onExit'],
  cancelled: ['onExit'],
  continued: ['onExit'],
}

/** Continuing has no event: the one that goes on tells that it has started. */
const eventOf: Readonly<Partial<Record<End['status'], InstanceEvent['type']>>> = {
  completed: 'workflow.completed',
  failed: 'workflow.failed',
  cancelled: 'workflow.cancelled',
}

function end(draft: Draft, result: End): void {
  assertWorkflowTransition(draft.known.head.status, result.status)
  setPhase(draft, 'over')
  clearDeadline(draft)
  delete draft.state.ending
  delete draft.state.signals
  draft.end = result
  const event = eventOf[result.status]
  if (event !== undefined) tellWorkflow(draft, event, result.error)
  for (const hook of hooksOf[result.status]) runHook(draft, hook)
  reportToParent(draft, result)
}

function reportToParent(draft: Draft, result: End): void {
  const { id, parent } = draft.known.head
  if (parent === undefined) return
  const allowed = ['pending', 'running', 'suspended'] as const
  draft.send.push({ to: parent.id, message: report(result, { childId: id, task: parent.task }), allowed })
}

function report(
  { status, output, error, continuedTo }: End,
  child: { readonly childId: string; readonly task: string },
): InstanceMessage {
  if (status === 'continued') return { kind: 'childContinued', ...child, continuedTo: continuedTo as string }
  const result: { output?: JsonText; error?: string } = {}
  if (output !== undefined) result.output = output
  if (error !== undefined) result.error = error
  return { kind: 'childEnded', ...child, status, ...result }
}
